extension ProtobufReader {
  /// How the wire holds each number of a list.
  enum Width {
    case varint, fixed32, fixed64
  }
}

extension ProtobufField {
  /// Adds the bits of a list's numbers, which come all in one field, or one in each.
  /// - Parameter limit: how many the list may have then.
  func append(
    to bits: inout [UInt64], _ width: ProtobufReader.Width, limit: Int
  ) throws(ProtobufError) {
    switch (value, width) {
    case (.varint(let one), .varint), (.fixed64(let one), .fixed64): bits.append(one)
    case (.fixed32(let one), .fixed32): bits.append(UInt64(one))
    case (.bytes(let packed), _):
      var reader = packed
      switch width {
      case .varint:
        while !reader.isAtEnd && bits.count <= limit { bits.append(try reader.varint()) }
      case .fixed32:
        while !reader.isAtEnd && bits.count <= limit { bits.append(UInt64(try reader.fixed32())) }
      case .fixed64:
        while !reader.isAtEnd && bits.count <= limit { bits.append(try reader.fixed64()) }
      }
    default: throw mismatch("a list of numbers")
    }
    if bits.count > limit {
      throw ProtobufError(
        position: position, reason: "the list of field \(number) has more than \(limit) numbers")
    }
  }
}
