private import ThalwegRecorders
private import ThalwegReport

/// `thalweg recorder`: the file that a program in another framework imports to be recorded.
struct RecorderVerb {
  static let frameworks = Recorders.all.map(\.framework)

  private let arguments: Arguments

  init(_ arguments: Arguments) { self.arguments = arguments }

  func run() throws -> Int32 {
    let framework = try arguments.requiredSubject()
    for recorder in Recorders.all where recorder.framework == framework {
      Console().file(recorder.bytes)
    }
    return 0
  }
}
