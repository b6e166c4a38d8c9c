import Testing
import ThalwegFormats
import ThalwegRecord

/// What the reader makes of a text.
struct ReadConfiguration {
  let source: SourceRecord
  let runs: [RunCollector.Draft]

  init(_ text: String, path: String = "a.yaml") throws {
    try self.init(Array(text.utf8), path: path)
  }

  init(_ bytes: [UInt8], path: String = "a.yaml") throws {
    let collector = RunCollector(SourceRecord(path: path, kind: "configuration"), index: 0)
    try ConfigurationReader.read(bytes, path: path, into: collector)
    (source, runs) = collector.finished
  }

  var settings: [Setting] { runs.flatMap(\.settings) }

  subscript(_ name: String) -> Setting? { settings.last { $0.name == name } }

  /// Lines of path and value, as Scripts/golden/yaml_values.py spells them; of a key that is given
  /// again the last value alone, as PyYAML has it.
  var leaves: [String] {
    var values: [String: String] = [:]
    for setting in settings { values[setting.name] = ReadConfiguration.spell(setting.value) }
    return values.map { "\($0.key)=\($0.value)" }.sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  private static func spell(_ value: Setting.Value) -> String {
    switch value {
    case .number(let number): "\(number)"
    case .bool(let flag): "\(flag)"
    case .text(let text): text
    case .null: "null"
    case .list(let values): "[" + values.map(spell).joined(separator: ", ") + "]"
    }
  }
}
