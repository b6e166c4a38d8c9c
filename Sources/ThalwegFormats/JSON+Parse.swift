extension JSON {
  /// Reads one value, strictly by RFC 8259: no comments, no repeated names, nothing behind it.
  /// - Parameters:
  ///   - source: what errors call the text, a path as a rule.
  ///   - takesNonFinite: whether NaN, Infinity and -Infinity, which Python writes, are numbers, and a
  ///     number beyond the range of Double is infinite.
  package static func parse(
    _ bytes: [UInt8], source: String, takesNonFinite: Bool = false
  ) throws(JSONError) -> JSON {
    try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in
      var parser = JSONParser(
        JSONScanner(bytes, source: source, takesNonFinite: takesNonFinite))
      return try parser.parse()
    }
  }

  package static func parse(
    _ text: String, source: String, takesNonFinite: Bool = false
  ) throws(JSONError) -> JSON {
    try parse(Array(text.utf8), source: source, takesNonFinite: takesNonFinite)
  }
}
