/// Steps through the bytes of a JSON text, strictly by RFC 8259 but for what `takesNonFinite`
/// allows. It must not outlive the bytes.
struct JSONScanner {
  static let depthLimit = 512

  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var position = 0
  private let source: String
  private let firstLine: Int
  private let takesNonFinite: Bool
  private var depth = 0

  /// A string where it lies, without its quotes.
  struct Quoted {
    var start: Int
    var end: Int
    var hasEscapes: Bool
  }

  /// - Parameters:
  ///   - source: what errors call the text.
  ///   - firstLine: the line of the source on which the bytes start.
  ///   - takesNonFinite: whether NaN, Infinity and -Infinity, which Python writes, are numbers, and
  ///     a number beyond the range of Double is infinite.
  init(
    _ bytes: UnsafeBufferPointer<UInt8>, source: String, firstLine: Int = 1,
    takesNonFinite: Bool = false
  ) {
    self.bytes = bytes
    self.source = source
    self.firstLine = firstLine
    self.takesNonFinite = takesNonFinite
  }

  /// The byte at a position; 0, which nothing in JSON holds, behind the end.
  private func byte(_ position: Int) -> UInt8 {
    position < bytes.count ? bytes[position] : 0
  }

  /// The next byte that is no space.
  mutating func peek() throws(JSONError) -> UInt8 {
    skipSpace()
    if position >= bytes.count { throw .unexpectedEnd(place(bytes.count)) }
    return bytes[position]
  }

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  /// Checks that nothing but space follows.
  mutating func finish() throws(JSONError) {
    skipSpace()
    if position < bytes.count { throw .trailing(place(position)) }
  }

  /// Steps over an opening bracket.
  mutating func open() throws(JSONError) {
    depth += 1
    if depth > JSONScanner.depthLimit {
      throw .tooDeep(place(position), limit: JSONScanner.depthLimit)
    }
    position += 1
  }

  /// Steps over a closing bracket if one follows.
  mutating func closes(_ bracket: Unicode.Scalar) throws(JSONError) -> Bool {
    if try peek() != UInt8(ascii: bracket) { return false }
    position += 1
    depth -= 1
    return true
  }

  mutating func takeComma(before bracket: Unicode.Scalar) throws(JSONError) {
    if try peek() != UInt8(ascii: ",") { throw unexpected("',' or '\(bracket)'") }
    position += 1
  }

  /// Steps over a name and its colon.
  mutating func name() throws(JSONError) -> Quoted {
    if try peek() != UInt8(ascii: "\"") { throw unexpected("a name in quotes") }
    let name = try quoted()
    if try peek() != UInt8(ascii: ":") { throw unexpected("':'") }
    position += 1
    return name
  }

  /// Steps over `true`, `false` or `null`.
  mutating func word(_ text: StaticString) throws(JSONError) {
    for offset in 0..<text.utf8CodeUnitCount
    where byte(position + offset) != text.utf8Start[offset] {
      throw unexpected("a value")
    }
    position += text.utf8CodeUnitCount
  }

  /// Steps over a string; its content is checked where it is taken by `text`.
  mutating func quoted() throws(JSONError) -> Quoted {
    position += 1
    var quoted = Quoted(start: position, end: position, hasEscapes: false)
    while true {
      while !JSONScanner.endsRun(byte(position)) { position += 1 }
      switch byte(position) {
      case UInt8(ascii: "\""):
        quoted.end = position
        position += 1
        return quoted
      case UInt8(ascii: "\\"):
        quoted.hasEscapes = true
        position += 1
        if position >= bytes.count { throw .unexpectedEnd(place(bytes.count)) }
        // A control character is none that may be escaped; the loop stops at it.
        if byte(position) >= 0x20 { position += 1 }
      default:
        if position >= bytes.count { throw .unexpectedEnd(place(bytes.count)) }
        throw .controlCharacter(place(position))
      }
    }
  }

  private static func endsRun(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20
  }
}

extension JSONScanner {
  /// Steps over a value of any kind.
  mutating func skipValue() throws(JSONError) {
    switch try peek() {
    case UInt8(ascii: "{"):
      try open()
      if try closes("}") { return }
      while true {
        _ = try name()
        try skipValue()
        if try closes("}") { return }
        try takeComma(before: "}")
      }
    case UInt8(ascii: "["):
      try open()
      if try closes("]") { return }
      while true {
        try skipValue()
        if try closes("]") { return }
        try takeComma(before: "]")
      }
    case UInt8(ascii: "\""): _ = try quoted()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: _ = try number()
    }
  }

  /// The text of a string.
  func text(_ quoted: Quoted) throws(JSONError) -> String {
    var plain: [UInt8] = []
    plain.reserveCapacity(quoted.end - quoted.start)
    var position = quoted.start
    while position < quoted.end {
      if bytes[position] == UInt8(ascii: "\\") {
        try appendEscape(&position, of: quoted, to: &plain)
      } else {
        plain.append(bytes[position])
        position += 1
      }
    }
    guard let text = String(validating: plain, as: UTF8.self) else {
      throw .notUTF8(place(quoted.start - 1))
    }
    return text
  }

  private func appendEscape(
    _ position: inout Int, of quoted: Quoted, to plain: inout [UInt8]
  ) throws(JSONError) {
    let start = position
    let letter = byte(position + 1)
    position += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain.append(letter)
    case UInt8(ascii: "b"): plain.append(8)
    case UInt8(ascii: "f"): plain.append(12)
    case UInt8(ascii: "n"): plain.append(10)
    case UInt8(ascii: "r"): plain.append(13)
    case UInt8(ascii: "t"): plain.append(9)
    case UInt8(ascii: "u"):
      var code = UInt32(try codeUnit(&position, of: quoted, start))
      if (0xD800..<0xDC00).contains(code), byte(position) == UInt8(ascii: "\\"),
        byte(position + 1) == UInt8(ascii: "u")
      {
        position += 2
        let low = UInt32(try codeUnit(&position, of: quoted, start))
        if !(0xDC00..<0xE000).contains(low) { throw .badEscape(place(start)) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      // Half of a surrogate pair is no scalar.
      guard let scalar = Unicode.Scalar(code) else { throw .badEscape(place(start)) }
      plain.append(contentsOf: String(Character(scalar)).utf8)
    default: throw .badEscape(place(start))
    }
  }

  private func codeUnit(
    _ position: inout Int, of quoted: Quoted, _ start: Int
  ) throws(JSONError) -> UInt16 {
    if position + 4 > quoted.end { throw .badEscape(place(start)) }
    let digits = bytes[position..<position + 4]
    let isHex = digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    guard isHex, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw .badEscape(place(start))
    }
    position += 4
    return unit
  }
}

extension JSONScanner {
  /// A number where it lies.
  struct Number {
    var start: Int
    var end: Int
    var value: Double
    /// Whether it has neither point nor exponent.
    var isInteger: Bool
    /// Whether it is beyond the range of Double, so that `value` is infinite.
    var isBeyondRange: Bool
  }

  mutating func number() throws(JSONError) -> Number {
    let start = position
    if takesNonFinite, let value = try nonFinite() {
      return Number(
        start: start, end: position, value: value, isInteger: false, isBeyondRange: false)
    }
    let first = byte(position)
    if first != UInt8(ascii: "-") && first &- 48 >= 10 {
      if position >= bytes.count { throw .unexpectedEnd(place(bytes.count)) }
      throw unexpected("a value")
    }
    while JSONNumber.mayContain(byte(position)) { position += 1 }
    guard let isInteger = JSONNumber.isInteger(bytes, from: start, to: position),
      let value = DecimalText.unbounded(bytes, from: start, to: position, comma: false)?.value,
      takesNonFinite || value.isFinite
    else {
      let text = String(decoding: bytes[start..<position], as: UTF8.self)
      throw .badNumber(place(start), text: text)
    }
    return Number(
      start: start, end: position, value: value, isInteger: isInteger,
      isBeyondRange: !value.isFinite)
  }

  private mutating func nonFinite() throws(JSONError) -> Double? {
    switch byte(position) {
    case UInt8(ascii: "N"):
      try word("NaN")
      return .nan
    case UInt8(ascii: "I"):
      try word("Infinity")
      return .infinity
    case UInt8(ascii: "-") where byte(position + 1) == UInt8(ascii: "I"):
      try word("-Infinity")
      return -.infinity
    default: return nil
    }
  }
}

extension JSONScanner {
  func unexpected(_ expected: String) -> JSONError {
    let byte = byte(position)
    let isPlain = (0x21...0x7E).contains(byte)
    let found = isPlain ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(byte)"
    return .unexpected(place(position), found: found, expected: expected)
  }

  func duplicate(_ name: Quoted) throws(JSONError) -> JSONError {
    .duplicateName(place(name.start - 1), name: try text(name))
  }

  func place(_ offset: Int) -> JSONError.Place {
    let before = bytes[..<offset]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return JSONError.Place(
      source: source, line: firstLine + before.count { $0 == 0x0A },
      column: 1 + before[lineStart...].count { $0 & 0xC0 != 0x80 })
  }
}
