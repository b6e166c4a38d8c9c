import ThalwegDiagnosis
private import ThalwegFormats
import ThalwegRecord
private import ThalwegReport
private import ThalwegTraining

/// `thalweg replay`: the files of a case report are written down, diagnosed as any others, and the
/// report's claims are judged by what comes out.
struct Replay {
  /// Which files are one run: the one that the report is about, and those before and after it.
  private static let diagnosed = ["diagnosed", "stated", "terms", "reads", "network", "changes"]
  private static let others = [
    ("before", ["before", "reads", "network"]),
    ("after", ["after", "terms", "reads", "network"]),
  ]

  private let arguments: Arguments

  init(_ arguments: Arguments) { self.arguments = arguments }

  func run() throws -> Int32 {
    let name = try arguments.requiredSubject()
    var files = try InputError.wrapping { try ReplayFiles(folder: arguments.value(.data)) }
    for assignment in arguments.all(.set) { try files.set(assignment) }
    let folder = arguments.value(.out) ?? RunFolder.next(for: "replay-" + name).path
    try InputError.wrapping { try files.write(to: folder) }
    func run(_ files: [String], name: String) throws -> RunRecord {
      try InputError.wrapping {
        try Replay.run(files.map { "\(folder)/\($0).yaml" }, name: name)
      }
    }
    let diagnosis = Diagnosis(try run(Replay.diagnosed, name: name))
    let others = try Replay.others.map { ($0.0, Diagnosis(try run($0.1, name: $0.0))) }
    let claims = try Claim.all(in: run(["claims"], name: name).settings)
    let report = ReplayReport(
      name: name, folder: folder, edits: files.edits + files.replaced, diagnosis: diagnosis,
      others: others, results: claims.map { $0.judged(by: diagnosis, others) })
    let console = Console(isQuiet: arguments.has(.json))
    for line in report.lines() { console.result(line) }
    if arguments.has(.json) { console.document(report.json.pretty) }
    try InputError.wrapping {
      try Files.writeDurably(folder + "/replay.json", Array((report.json.pretty + "\n").utf8))
    }
    return 0
  }

  /// The one run that files describe, as `thalweg diagnose` reads them.
  private static func run(_ paths: [String], name: String) throws -> RunRecord {
    let runs = try RunFiles.read(paths)
    guard var run = runs.first, runs.count == 1 else {
      throw ReplayError.severalRuns(paths, count: runs.count)
    }
    run.name = name
    return run
  }
}
