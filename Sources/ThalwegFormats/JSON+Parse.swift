extension JSON {
  /// Reads one value, strictly by RFC 8259: no comments, no repeated names, nothing behind it.
  /// - Parameter source: what errors call the text, a path as a rule.
  package static func parse(_ bytes: [UInt8], source: String) throws(JSONError) -> JSON {
    var parser = JSONParser(bytes, source: source)
    return try parser.parse()
  }

  package static func parse(_ text: String, source: String) throws(JSONError) -> JSON {
    try parse(Array(text.utf8), source: source)
  }
}
