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
    try scanner.open()
    var members: [JSON.Member] = []
    var names: Set<String> = []
    if try scanner.closes("}") { return .object([]) }
    while true {
      let quoted = try scanner.name()
      let name = try scanner.text(quoted)
      if !names.insert(name).inserted { throw try scanner.duplicate(quoted) }
      members.append(JSON.Member(name, try value()))
      if try scanner.closes("}") { return .object(members) }
      try scanner.takeComma(before: "}")
    }
  }

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
