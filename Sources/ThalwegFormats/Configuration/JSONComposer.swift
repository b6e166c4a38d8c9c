import ThalwegRecord

/// Reads the values of a JSON configuration with their lines; as Python writes it, with NaN,
/// Infinity and keys given twice.
struct JSONComposer {
  private static let depthLimit = 64

  private let bytes: [UInt8]
  private let path: String
  private var position = 0
  private var line = 1
  private var depth = 0

  /// - Parameter path: names the file in an error.
  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  mutating func compose() throws(RunFileError) -> ConfigurationNode {
    let root = try value()
    skipSpace()
    if position < bytes.count { throw malformed("text follows the value; remove it") }
    return root
  }

  private mutating func value() throws(RunFileError) -> ConfigurationNode {
    skipSpace()
    let start = line
    switch try peek() {
    case UInt8(ascii: "{"): return ConfigurationNode(content: try object(), line: start)
    case UInt8(ascii: "["): return ConfigurationNode(content: try array(), line: start)
    case UInt8(ascii: "\""):
      let (text, spelled) = try string()
      return ConfigurationNode(content: .scalar(.text(text), text: spelled), line: start)
    default:
      let word = self.word()
      guard let value = JSONComposer.value(of: word) else {
        throw malformed("'\(word.prefix(40))' where a value is needed")
      }
      return ConfigurationNode(content: .scalar(value, text: word), line: start)
    }
  }

  private static func value(of word: String) -> Setting.Value? {
    switch word {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "NaN": return .number(.nan)
    case "Infinity": return .number(.infinity)
    case "-Infinity": return .number(-.infinity)
    default:
      guard case .success(let parsed) = Result(catching: { try JSON.parse(word, source: "") })
      else { return nil }
      return parsed.double.map { .number($0) }
    }
  }

  private mutating func object() throws(RunFileError) -> ConfigurationNode.Content {
    try descend()
    var members: [ConfigurationNode.Member] = []
    if try closes(UInt8(ascii: "}")) { return .mapping([]) }
    while true {
      skipSpace()
      if try peek() != UInt8(ascii: "\"") { throw malformed("a name in quotes is needed") }
      let start = line
      let name = try string().text
      skipSpace()
      if try peek() != UInt8(ascii: ":") { throw malformed("':' is needed behind a name") }
      position += 1
      members.append(.init(key: name, line: start, value: try value()))
      if try closes(UInt8(ascii: "}")) { return .mapping(members) }
      try takeComma()
    }
  }

  private mutating func array() throws(RunFileError) -> ConfigurationNode.Content {
    try descend()
    var nodes: [ConfigurationNode] = []
    if try closes(UInt8(ascii: "]")) { return .list([]) }
    while true {
      nodes.append(try value())
      if try closes(UInt8(ascii: "]")) { return .list(nodes) }
      try takeComma()
    }
  }

  /// The text that a string means, and the string as it is spelled.
  private mutating func string() throws(RunFileError) -> (text: String, spelled: String) {
    let start = position
    position += 1
    while try peek() != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position += 1
    let token = Array(bytes[start..<position])
    let parsed: JSON
    do {
      parsed = try JSON.parse(token, source: path)
    } catch {
      throw malformed("the string that starts here breaks the rules of JSON")
    }
    guard let text = parsed.string else { throw malformed("a string is needed") }
    return (text, String(decoding: token, as: UTF8.self))
  }

  private mutating func descend() throws(RunFileError) {
    depth += 1
    if depth > JSONComposer.depthLimit {
      throw malformed("values lie deeper than \(JSONComposer.depthLimit); flatten them")
    }
    position += 1
  }

  private mutating func closes(_ bracket: UInt8) throws(RunFileError) -> Bool {
    skipSpace()
    if try peek() != bracket { return false }
    position += 1
    depth -= 1
    return true
  }

  private mutating func takeComma() throws(RunFileError) {
    if try peek() != UInt8(ascii: ",") { throw malformed("',' or a closing bracket is needed") }
    position += 1
  }

  private mutating func word() -> String {
    let start = position
    let ends = Array(" \t\r\n,:{}[]\"".utf8)
    while position < bytes.count, !ends.contains(bytes[position]) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x0A: line += 1
      case 0x20, 0x0D, 0x09: break
      default: return
      }
      position += 1
    }
  }

  private func peek() throws(RunFileError) -> UInt8 {
    if position >= bytes.count {
      throw malformed("the text ends too early; it was cut, or a bracket is not closed")
    }
    return bytes[position]
  }

  private func malformed(_ problem: String) -> RunFileError {
    .malformed(path: path, place: "line \(line)", problem: "not JSON: \(problem)")
  }
}
