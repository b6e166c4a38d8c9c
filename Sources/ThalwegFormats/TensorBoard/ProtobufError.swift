/// Why bytes are not the message that they should be.
struct ProtobufError: Error {
  /// An index into the bytes that the reader was given.
  let position: Int
  let reason: String
}
