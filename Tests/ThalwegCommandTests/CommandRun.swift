import Testing
import ThalwegFormats

/// What one call of the command left on its streams, and how it ended.
struct CommandRun {
  enum End: Equatable {
    case exit(Int32)
    case signal(Int32)

    init(waitStatus: Int32) {
      let signal = waitStatus & 0x7f
      self = signal == 0 ? .exit(waitStatus >> 8 & 0xff) : .signal(signal)
    }
  }

  let end: End
  let output: String
  let error: String

  /// Lines on standard error; what a build without optimization says of itself is left out.
  var errorLines: [String] {
    error.split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("warning: built without optimization") }
  }

  /// Standard output as one JSON document, which must be all that stands there.
  func document() throws -> JSON { try JSON.parse(output, source: "standard output") }

  /// Runs the command to its end.
  static func of(
    _ words: [String], in folder: String = "/", environment: [String: String] = [:]
  ) throws -> CommandRun {
    try CommandProcess(words, in: folder, environment: environment).wait()
  }
}

/// Checks that a call was refused in one clear line, which holds `texts`.
/// - Parameter isFirst: whether nothing was said before that line.
func expectRefusal(
  _ run: CommandRun, _ texts: String..., exit: Int32 = 2, isFirst: Bool = true,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(run.end == .exit(exit), "\(run.error)", sourceLocation: sourceLocation)
  let errors = run.errorLines.filter { $0.hasPrefix("thalweg: ") }
  #expect(errors.count == 1, "\(run.error)", sourceLocation: sourceLocation)
  #expect(run.errorLines.last == errors.last, "\(run.error)", sourceLocation: sourceLocation)
  if isFirst {
    #expect(run.errorLines.count == 1, "\(run.error)", sourceLocation: sourceLocation)
    #expect(run.output.isEmpty, sourceLocation: sourceLocation)
  }
  let line = errors.last ?? ""
  for text in texts {
    #expect(line.contains(text), "'\(line)' lacks '\(text)'", sourceLocation: sourceLocation)
  }
}
