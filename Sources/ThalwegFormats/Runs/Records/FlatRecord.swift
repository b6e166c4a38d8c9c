/// The scalars of one object, nested or not, with the fields they stand in.
struct FlatRecord {
  enum Content {
    case number(Double)
    /// Beyond the range of Double.
    case infinite(Double)
    case null
    case bool(Bool)
    case text(JSONScanner.Quoted)
    /// An array, where it lies.
    case list(start: Int, end: Int)
  }

  struct Value {
    /// The index in `FieldNames`; negative where there are too many or it is too long.
    var field: Int
    var content: Content
  }

  private(set) var values: [Value] = []
  var names = FieldNames()

  /// Reads the object that the scanner stands before.
  mutating func read(_ scanner: inout JSONScanner) throws(JSONError) {
    values.removeAll(keepingCapacity: true)
    names.beginRecord()
    if try scanner.peek() != UInt8(ascii: "{") { throw scanner.unexpected("'{'") }
    try object(FieldNames.top, &scanner)
  }

  private mutating func object(
    _ parent: Int, _ scanner: inout JSONScanner
  ) throws(JSONError) {
    try scanner.open()
    if try scanner.closes("}") { return }
    while true {
      let name = try scanner.name()
      guard let field = try names.field(name, of: parent, in: scanner) else {
        throw try scanner.duplicate(name)
      }
      try value(field, &scanner)
      if try scanner.closes("}") { return }
      try scanner.takeComma(before: "}")
    }
  }

  private mutating func value(
    _ field: Int, _ scanner: inout JSONScanner
  ) throws(JSONError) {
    let content: Content
    switch try scanner.peek() {
    case UInt8(ascii: "{") where field >= 0: return try object(field, &scanner)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      let start = scanner.position
      try scanner.skipValue()
      content = .list(start: start, end: scanner.position)
    case UInt8(ascii: "\""): content = .text(try scanner.quoted())
    case UInt8(ascii: "t"):
      try scanner.word("true")
      content = .bool(true)
    case UInt8(ascii: "f"):
      try scanner.word("false")
      content = .bool(false)
    case UInt8(ascii: "n"):
      try scanner.word("null")
      content = .null
    default:
      let number = try scanner.number()
      content = number.isBeyondRange ? .infinite(number.value) : .number(number.value)
    }
    values.append(Value(field: field, content: content))
  }
}
