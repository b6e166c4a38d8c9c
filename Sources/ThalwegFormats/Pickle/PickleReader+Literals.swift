// Numbers, texts and bytes.
extension PickleReader {
  mutating func literal(_ opcode: PickleOpcode) throws(PickleError) -> PickleValue {
    switch opcode {
    case .integer1: return .integer(try number(1))
    case .integer2: return .integer(try number(2))
    case .integer:
      let bits = ByteCursor.unsigned(try take(4))
      return .integer(Int(Int32(truncatingIfNeeded: bits)))
    case .long1: return long(try run(lengthBytes: 1))
    case .long4: return long(try run(lengthBytes: 4))
    case .float:
      // The one number of the format whose highest byte comes first.
      let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return .number(Double(bitPattern: bits))
    case .unicode: return try text(run(lengthBytes: 4))
    case .shortUnicode: return try text(run(lengthBytes: 1))
    case .unicode8: return try text(run(lengthBytes: 8))
    case .string: return string(try run(lengthBytes: 4))
    case .shortString: return string(try run(lengthBytes: 1))
    case .shortBinaryBytes: return .bytes(count: try run(lengthBytes: 1).count)
    case .binaryBytes: return .bytes(count: try run(lengthBytes: 4).count)
    default: return .bytes(count: try run(lengthBytes: 8).count)
    }
  }

  /// Bytes behind their number.
  private mutating func run(lengthBytes: Int) throws(PickleError) -> ArraySlice<UInt8> {
    let count = try number(lengthBytes)
    return try take(count)
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(PickleError) -> PickleValue {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw malformed("a text in UTF-8")
    }
    return .text(text)
  }

  /// A string of Python 2, which may be a text or bytes.
  private func string(_ bytes: ArraySlice<UInt8>) -> PickleValue {
    String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(count: bytes.count)
  }

  /// Two's complement, the lowest byte first.
  private func long(_ bytes: ArraySlice<UInt8>) -> PickleValue {
    if bytes.count > 8 { return .longInteger(bytes: bytes.count) }
    let unused = 64 - 8 * bytes.count
    if unused == 64 { return .integer(0) }
    return .integer(Int(Int64(bitPattern: ByteCursor.unsigned(bytes) << unused) >> unused))
  }
}
