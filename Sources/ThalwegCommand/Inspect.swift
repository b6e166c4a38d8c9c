private import ThalwegFormats
private import ThalwegReport

/// `thalweg inspect`: what lies in a checkpoint, without Python, and with nothing of it run.
struct Inspect {
  private let arguments: Arguments

  init(_ arguments: Arguments) { self.arguments = arguments }

  func run() throws -> Int32 {
    let path = try arguments.requiredFile()
    let listing = try InputError.wrapping {
      try CheckpointListing.read(path, skipsUnknown: arguments.has(.skipUnknown))
    }
    let report = InspectReport(listing, path: path)
    let console = Console(isQuiet: arguments.has(.json))
    if arguments.has(.json) {
      console.document(report.json.pretty)
    } else {
      console.result(report.lines().joined(separator: "\n"))
    }
    return 0
  }
}
