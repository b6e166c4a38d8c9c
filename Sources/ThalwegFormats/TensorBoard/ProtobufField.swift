/// One field of a message: its number, and what the wire holds for it.
struct ProtobufField {
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(ProtobufReader)
    /// A group, the old form of a message in a message; nothing that we read is one.
    case group
    case fixed32(UInt32)
  }

  let number: Int
  let value: Value
  /// Where the field begins.
  let position: Int

  func varint() throws(ProtobufError) -> UInt64 {
    guard case .varint(let value) = value else { throw mismatch("a varint") }
    return value
  }

  func double() throws(ProtobufError) -> Double {
    guard case .fixed64(let bits) = value else { throw mismatch("a number of 8 bytes") }
    return Double(bitPattern: bits)
  }

  func float() throws(ProtobufError) -> Float {
    guard case .fixed32(let bits) = value else { throw mismatch("a number of 4 bytes") }
    return Float(bitPattern: bits)
  }

  /// A message, or other bytes, which the reader then gives as they are.
  func message() throws(ProtobufError) -> ProtobufReader {
    guard case .bytes(let message) = value else { throw mismatch("bytes with their length") }
    return message
  }

  func text() throws(ProtobufError) -> String {
    guard let text = String(validating: try message().rest, as: UTF8.self) else {
      throw ProtobufError(position: position, reason: "the text of field \(number) is not UTF-8")
    }
    return text
  }

  func mismatch(_ expected: String) -> ProtobufError {
    ProtobufError(position: position, reason: "field \(number) is not \(expected)")
  }
}
