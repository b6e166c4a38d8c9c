import Testing
import ThalwegFormats
import ThalwegRecord

/// A console log that a test writes or names, read to its end.
struct ConsoleLog {
  let source: SourceRecord
  let runs: [RunCollector.Draft]

  init(path: String, map: [String: String] = [:]) throws {
    let collector = RunCollector(SourceRecord(path: path, kind: "console log"), index: 0, map: map)
    var reader = try ConsoleLogReader(path)
    try reader.advance(collector, isFinal: true)
    (source, runs) = collector.finished
  }

  init(_ bytes: [UInt8], map: [String: String] = [:]) throws {
    let folder = try TemporaryFolder()
    let file = try AppendFile(folder["log"], truncatedTo: 0)
    try file.append(bytes)
    try file.flush()
    try self.init(path: folder["log"], map: map)
  }

  init(_ text: String, map: [String: String] = [:]) throws {
    try self.init(Array(text.utf8), map: map)
  }

  func series(_ name: String, tensor: String? = nil, run: Int = 0) -> Series? {
    runs[run].series.first { $0.key.name == name && $0.key.tensor == tensor }
  }

  /// The finite figures of a series; empty where there is none of that name.
  func values(_ name: String, tensor: String? = nil, run: Int = 0) -> [Double] {
    series(name, tensor: tensor, run: run)?.points?.map(\.value) ?? []
  }

  func progress(_ name: String, run: Int = 0) -> [Progress] {
    series(name, run: run)?.points?.map(\.progress) ?? []
  }

  func setting(_ path: String..., run: Int = 0) -> Setting.Value? {
    runs[run].settings.first { $0.path == path && $0.origin == .record }?.value
  }

  func incidents(_ kind: Incident.Kind, run: Int = 0) -> [Incident] {
    runs[run].incidents.filter { $0.kind == kind }
  }
}

extension Progress {
  static func epoch(_ epoch: Double, step: Int? = nil, batch: Int? = nil) -> Progress {
    Progress(step: step, epoch: epoch, batch: batch)
  }

  static func step(_ step: Int) -> Progress { Progress(step: step) }
}
