/// A parser that descends once through the bytes.
struct JSONParser {
  private static let depthLimit = 512

  private let bytes: [UInt8]
  private let source: String
  private var position = 0
  private var depth = 0

  init(_ bytes: [UInt8], source: String) {
    self.bytes = bytes
    self.source = source
  }

  mutating func parse() throws(JSONError) -> JSON {
    let value = try value()
    skipSpace()
    if position < bytes.count { throw .trailing(place(position)) }
    return value
  }

  private mutating func value() throws(JSONError) -> JSON {
    skipSpace()
    switch try peek() {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw unexpected("a value")
    }
  }

  private mutating func object() throws(JSONError) -> JSON {
    try descend()
    var members: [JSON.Member] = []
    var names: Set<String> = []
    if try closes("}") { return .object([]) }
    while true {
      skipSpace()
      if try peek() != UInt8(ascii: "\"") { throw unexpected("a name in quotes") }
      let start = position
      let name = try string()
      if !names.insert(name).inserted { throw .duplicateName(place(start), name: name) }
      skipSpace()
      if try peek() != UInt8(ascii: ":") { throw unexpected("':'") }
      position += 1
      members.append(JSON.Member(name, try value()))
      if try closes("}") { return .object(members) }
      try takeComma(orElse: "',' or '}'")
    }
  }

  private mutating func array() throws(JSONError) -> JSON {
    try descend()
    var values: [JSON] = []
    if try closes("]") { return .array([]) }
    while true {
      values.append(try value())
      if try closes("]") { return .array(values) }
      try takeComma(orElse: "',' or ']'")
    }
  }

  /// Steps over an opening bracket.
  private mutating func descend() throws(JSONError) {
    depth += 1
    if depth > JSONParser.depthLimit {
      throw .tooDeep(place(position), limit: JSONParser.depthLimit)
    }
    position += 1
  }

  private mutating func closes(_ bracket: Unicode.Scalar) throws(JSONError) -> Bool {
    skipSpace()
    if try peek() != UInt8(ascii: bracket) { return false }
    position += 1
    depth -= 1
    return true
  }

  private mutating func takeComma(orElse expected: String) throws(JSONError) {
    if try peek() != UInt8(ascii: ",") { throw unexpected(expected) }
    position += 1
  }

  private mutating func word(_ text: String, _ value: JSON) throws(JSONError) -> JSON {
    if !bytes[position...].starts(with: text.utf8) { throw unexpected("a value") }
    position += text.utf8.count
    return value
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = position
    while position < bytes.count, JSONNumber.mayContain(bytes[position]) { position += 1 }
    let text = bytes[start..<position]
    guard let value = JSONNumber.parse(text) else {
      throw .badNumber(place(start), text: String(decoding: text, as: UTF8.self))
    }
    return value
  }

  private mutating func string() throws(JSONError) -> String {
    let start = position
    position += 1
    var plain: [UInt8] = []
    while true {
      let runStart = position
      while position < bytes.count, !JSONParser.endsRun(bytes[position]) { position += 1 }
      plain.append(contentsOf: bytes[runStart..<position])
      switch try peek() {
      case UInt8(ascii: "\""):
        position += 1
        guard let text = String(validating: plain, as: UTF8.self) else {
          throw .notUTF8(place(start))
        }
        return text
      case UInt8(ascii: "\\"): try escape(into: &plain)
      default: throw .controlCharacter(place(position))
      }
    }
  }

  private static func endsRun(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20
  }

  private mutating func escape(into plain: inout [UInt8]) throws(JSONError) {
    let start = position
    position += 1
    let letter = try peek()
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain.append(letter)
    case UInt8(ascii: "b"): plain.append(8)
    case UInt8(ascii: "f"): plain.append(12)
    case UInt8(ascii: "n"): plain.append(10)
    case UInt8(ascii: "r"): plain.append(13)
    case UInt8(ascii: "t"): plain.append(9)
    case UInt8(ascii: "u"):
      var code = UInt32(try codeUnit(of: start))
      if (0xD800..<0xDC00).contains(code), bytes[position...].starts(with: "\\u".utf8) {
        position += 2
        let low = UInt32(try codeUnit(of: start))
        if !(0xDC00..<0xE000).contains(low) { throw .badEscape(place(start)) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      // Half of a surrogate pair is no scalar.
      guard let scalar = Unicode.Scalar(code) else { throw .badEscape(place(start)) }
      plain.append(contentsOf: String(Character(scalar)).utf8)
    default: throw .badEscape(place(start))
    }
  }

  private mutating func codeUnit(of start: Int) throws(JSONError) -> UInt16 {
    let digits = bytes[position...].prefix(4)
    let isHex = digits.count == 4 && digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    guard isHex, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw .badEscape(place(start))
    }
    position += 4
    return unit
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private func peek() throws(JSONError) -> UInt8 {
    if position >= bytes.count { throw .unexpectedEnd(place(bytes.count)) }
    return bytes[position]
  }

  private func unexpected(_ expected: String) -> JSONError {
    let byte = bytes[position]
    let isPlain = (0x21...0x7E).contains(byte)
    let found = isPlain ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(byte)"
    return .unexpected(place(position), found: found, expected: expected)
  }

  private func place(_ offset: Int) -> JSONError.Place {
    let before = bytes[..<offset]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return JSONError.Place(
      source: source, line: 1 + before.count { $0 == 0x0A },
      column: 1 + before[lineStart...].count { $0 & 0xC0 != 0x80 })
  }
}
