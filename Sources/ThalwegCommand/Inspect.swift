private import ThalwegFormats
private import ThalwegReport

/// `thalweg inspect`: what lies in a checkpoint, without Python, and with nothing of it run.
struct Inspect {
  private let arguments: Arguments

  init(_ arguments: Arguments) { self.arguments = arguments }

  func run() throws -> Int32 {
    let path = try arguments.requiredFile()
    let inspection = try InputError.wrapping {
      try Inspection(
        path, other: arguments.subjects.dropFirst().first,
        takesStatistics: arguments.has(.stats), skipsUnknown: arguments.has(.skipUnknown))
    }
    let report = InspectReport(inspection)
    let console = Console(isQuiet: arguments.has(.json))
    if arguments.has(.json) {
      console.document(report.json.pretty)
    } else {
      console.result(report.lines().joined(separator: "\n"))
    }
    return 0
  }
}
