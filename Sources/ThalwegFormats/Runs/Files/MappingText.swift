/// Tells a YAML mapping, such as a configuration, from the lines of a log.
enum MappingText {
  enum Judgement {
    case mapping
    /// So far it may be one.
    case beginning
    case other
  }

  private static let yamlLimit = 4 << 20

  /// - Parameter isWhole: whether `text` is the whole file.
  static func judge(_ text: [UInt8], isWhole: Bool) -> Judgement {
    var keys = 0
    var repeated = 0
    var seen: Set<[UInt8]> = []
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      if !isWhole && number == lines.count - 1 { break }
      switch look(line) {
      case .key(let key):
        keys += 1
        if !seen.insert(Array(key)).inserted { repeated += 1 }
      case .inner: continue
      case .other: return .other
      }
    }
    // A log says the same names again and again; a configuration by mistake only.
    if keys == 0 || 3 * repeated > keys { return .other }
    if !isWhole { return .beginning }
    return text.count <= yamlLimit && isYAML(text) ? .mapping : .other
  }

  private enum Look {
    case key(ArraySlice<UInt8>)
    /// A line within a section, a comment, a mark of a document.
    case inner
    case other
  }

  private static func look(_ line: ArraySlice<UInt8>) -> Look {
    var line = line
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    guard let first = line.first else { return .inner }
    if " \t#]}".utf8.contains(first) { return .inner }
    if line.elementsEqual("---".utf8) || line.elementsEqual("...".utf8) { return .inner }
    // Entries of a list below a key may stand as far left as the key.
    if line.starts(with: "- ".utf8) || line.elementsEqual("-".utf8) { return .inner }
    guard let mark = line.firstIndex(of: UInt8(ascii: ":")) else { return .other }
    let isValue = mark + 1 == line.endIndex || " \t".utf8.contains(line[mark + 1])
    let key = line[..<mark]
    return isValue && isKey(key) ? .key(key) : .other
  }

  /// One word, as programs name their settings.
  private static func isKey(_ key: ArraySlice<UInt8>) -> Bool {
    if key.isEmpty || key.count > 128 { return false }
    let isQuoted = key.first == UInt8(ascii: "\"") || key.first == UInt8(ascii: "'")
    if isQuoted { return key.count > 2 && key.last == key.first }
    guard let first = key.first, isLetter(first) || first == UInt8(ascii: "_") else { return false }
    return key.allSatisfy { isLetter($0) || $0 &- 48 < 10 || "_-./".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }

  private static func isYAML(_ text: [UInt8]) -> Bool {
    do throws(SettingsError) {
      _ = try YAMLEvent.all(in: text) { "line \($0)" }
      return true
    } catch {
      // What our own settings do not use, such as tags, is YAML all the same.
      if case .unsupported = error { return true }
      return false
    }
  }
}
