/// Builds the tree of a JSON text.
struct JSONParser {
  private var scanner: JSONScanner

  init(_ scanner: JSONScanner) { self.scanner = scanner }

  /// The only value of the text.
  mutating func parse() throws(JSONError) -> JSON {
    let value = try value()
    try scanner.finish()
    return value
  }

  private mutating func value() throws(JSONError) -> JSON {
    switch try scanner.peek() {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try scanner.text(scanner.quoted()))
    case UInt8(ascii: "t"):
      try scanner.word("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try scanner.word("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try scanner.word("null")
      return .null
    default: return try number()
    }
  }

  private mutating func object() throws(JSONError) -> JSON {
    var members: [JSON.Member] = []
    var names: Set<String> = []
    while let member = try nextMember(&names) { members.append(member) }
    return .object(members)
  }

  /// The next member of an object, so that a long one need not be kept whole; nil: it has no more.
  /// - Parameter names: those of the members before; empty before the object.
  mutating func nextMember(_ names: inout Set<String>) throws(JSONError) -> JSON.Member? {
    if names.isEmpty { try scanner.open() }
    if try scanner.closes("}") { return nil }
    if !names.isEmpty { try scanner.takeComma(before: "}") }
    let quoted = try scanner.name()
    let name = try scanner.text(quoted)
    if !names.insert(name).inserted { throw try scanner.duplicate(quoted) }
    return JSON.Member(name, try value())
  }

  /// Checks that nothing but space follows.
  mutating func finish() throws(JSONError) { try scanner.finish() }

  private mutating func array() throws(JSONError) -> JSON {
    try scanner.open()
    var values: [JSON] = []
    if try scanner.closes("]") { return .array([]) }
    while true {
      values.append(try value())
      if try scanner.closes("]") { return .array(values) }
      try scanner.takeComma(before: "]")
    }
  }

  private mutating func number() throws(JSONError) -> JSON {
    let number = try scanner.number()
    if number.isInteger {
      let text = String(decoding: scanner.bytes[number.start..<number.end], as: UTF8.self)
      // Int has no negative zero; Double keeps its sign.
      if text != "-0", let value = Int(text) { return .integer(value) }
    }
    return .number(number.value)
  }
}
