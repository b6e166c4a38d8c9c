/// A `TensorProto` of a summary; its numbers are read when asked for.
///
/// Field numbers: tensorboard/compat/proto/tensor.proto, tensor_shape.proto and types.proto.
struct TensorBoardTensor {
  static let axisLimit = 64

  /// nil: a type whose numbers are not read, such as text.
  private(set) var element: ElementType?
  /// None for a single number; nil: said to be unknown.
  private(set) var extents: [Int]? = []
  /// The numbers as they lie in memory; nil or empty: they stand in lists.
  private var content: ProtobufReader?
  private let message: ProtobufReader

  init(_ message: ProtobufReader) throws(ProtobufError) {
    self.message = message
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 1: element = TensorBoardTensor.element(try field.varint())
      case 2: extents = try TensorBoardTensor.extents(try field.message())
      case 4: content = try field.message()
      default: break
      }
    }
  }

  /// The entries in row-major order; nil where type or extents are not known.
  /// - Parameter room: bytes that they may still take.
  func numbers(room: inout Int) throws(ProtobufError) -> [Double]? {
    guard let element, let extents, let list = element.tensorBoardList else { return nil }
    let most = room / MemoryLayout<Double>.size
    var count = extents.contains(0) ? 0 : 1
    for extent in extents where count > 0 {
      if extent > most / count {
        throw ProtobufError(
          position: message.position, reason: "a tensor of extents \(extents) is too large here")
      }
      count *= extent
    }
    room -= count * MemoryLayout<Double>.size
    let bits =
      if let content, !content.isAtEnd {
        try TensorBoardTensor.numbers(of: content, width: element.width, count: count)
      } else {
        try listed(list.field, list.width, count: count)
      }
    return bits.map { element.number($0) }
  }

  private static func numbers(
    of content: ProtobufReader, width: Int, count: Int
  ) throws(ProtobufError) -> [UInt64] {
    if content.count != count * width {
      throw ProtobufError(
        position: content.position,
        reason: "a tensor has \(content.count) bytes where \(count * width) are needed")
    }
    var reader = content
    var bits: [UInt64] = []
    bits.reserveCapacity(count)
    while !reader.isAtEnd { bits.append(try reader.fixed(width)) }
    return bits
  }

  /// The last number of a list stands for those that follow; an empty list is one of zeros.
  private func listed(
    _ number: Int, _ width: ProtobufReader.Width, count: Int
  ) throws(ProtobufError) -> [UInt64] {
    var reader = message
    var bits: [UInt64] = []
    while let field = try reader.next() {
      if field.number == number { try field.append(to: &bits, width, limit: count) }
    }
    bits.append(contentsOf: repeatElement(bits.last ?? 0, count: count - bits.count))
    return bits
  }

  private static func extents(_ message: ProtobufReader) throws(ProtobufError) -> [Int]? {
    var reader = message
    var extents: [Int] = []
    var isKnown = true
    while let field = try reader.next() {
      if field.number == 3 { isKnown = try field.varint() == 0 }
      if field.number != 2 { continue }
      var extent = 0
      var axis = try field.message()
      while let member = try axis.next() {
        if member.number == 1 { extent = Int(truncatingIfNeeded: try member.varint()) }
      }
      if extent < 0 || extents.count == axisLimit {
        throw ProtobufError(
          position: field.position,
          reason: "a tensor has an extent of \(extent) on axis \(extents.count)")
      }
      extents.append(extent)
    }
    return isKnown ? extents : nil
  }

  /// The numbers of the enumeration `DataType`.
  private static func element(_ type: UInt64) -> ElementType? {
    switch type {
    case 1: .float32
    case 2: .float64
    case 3: .int32
    case 4: .uint8
    case 5: .int16
    case 6: .int8
    case 9: .int64
    case 14: .bfloat16
    case 17: .uint16
    case 19: .float16
    case 22: .uint32
    case 23: .uint64
    default: nil
    }
  }
}

extension ElementType {
  /// The field of a `TensorProto` that lists such numbers; nil: they are not read.
  fileprivate var tensorBoardList: (field: Int, width: ProtobufReader.Width)? {
    switch self {
    case .float32: (5, .fixed32)
    case .float64: (6, .fixed64)
    case .int8, .int16, .int32, .uint8, .uint16: (7, .varint)
    case .int64: (10, .varint)
    case .float16, .bfloat16: (13, .varint)
    case .uint32: (16, .varint)
    case .uint64: (17, .varint)
    case .bool, .float8E5M2, .float8E4M3, .complex64, .complex128: nil
    }
  }
}
