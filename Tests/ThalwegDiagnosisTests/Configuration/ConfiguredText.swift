import Testing
import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A run that configurations describe, read from texts and files.
enum ConfiguredText {
  static let package =
    "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/"

  /// The files of the high-gradient case that the analysis takes together.
  static let diagnosed = ["diagnosed", "stated", "terms", "reads", "network", "changes"]

  static func run(_ texts: [(path: String, text: String)]) throws -> RunRecord {
    var run = RunRecord(name: "a run")
    for (path, text) in texts {
      let source = SourceRecord(path: path, kind: "configuration")
      let collector = RunCollector(source, index: run.sources.count)
      try ConfigurationReader.read(Array(text.utf8), path: path, into: collector)
      let (read, drafts) = collector.finished
      run.sources.append(read)
      for draft in drafts {
        run.settings += draft.settings
        run.series += draft.series
      }
    }
    return run
  }

  static func run(_ text: String) throws -> RunRecord { try run([("a.yaml", text)]) }

  /// A file under Configs/prioritynet.
  static func priorityNet(_ name: String) throws -> String {
    let path = package + "Configs/prioritynet/\(name).yaml"
    return String(decoding: try Files.read(path), as: UTF8.self)
  }

  /// The case's files, with `edit` done to one of them.
  static func priorityNet(
    _ names: [String] = diagnosed, edit: (name: String, from: String, to: String)? = nil
  ) throws -> RunRecord {
    try run(
      names.map { name in
        var text = try priorityNet(name)
        if let edit, edit.name == name {
          #expect(text.contains(edit.from), "\(name) lacks \(edit.from)")
          text = text.replacing(edit.from, with: edit.to)
        }
        return ("\(name).yaml", text)
      })
  }

  static func findings(_ run: RunRecord) -> [Finding] { Diagnosis(run).findings }

  static func findings(_ text: String) throws -> [Finding] { findings(try run(text)) }

  /// A real file, `$THALWEG_DATA/runs/...` or beside the package.
  static func real(_ name: String) -> String {
    let root = getenv("THALWEG_DATA").map { String(cString: $0) } ?? package + "../shared/data"
    return root + "/runs/" + name
  }

  static func real(text name: String) throws -> String {
    String(decoding: try Files.read(real(name)), as: UTF8.self)
  }

  static func golden(_ list: String) throws -> [JSON] {
    let path = package + "Tests/ThalwegDiagnosisTests/Fixtures/schedules.json"
    return try #require(try JSON.parse(Files.read(path), source: path)[list]?.array)
  }
}

extension [Finding] {
  subscript(_ rule: String, _ subject: String? = nil) -> Finding? {
    first { $0.rule == rule && (subject.map($0.subjects.contains) ?? true) }
  }
}

extension Finding {
  subscript(_ figure: String) -> Double? { figures.first { $0.name == figure }?.value }
}

/// Whether two numbers agree to a share of 1e-12.
func isNear(_ one: Double?, _ other: Double?, within share: Double = 1e-12) -> Bool {
  guard let one, let other else { return one == nil && other == nil }
  return abs(one - other) <= share * max(abs(one), abs(other)) || one == other
}
