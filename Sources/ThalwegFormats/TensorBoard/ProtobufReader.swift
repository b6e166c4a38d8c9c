/// Takes the fields of a protocol buffers message, in the order of the bytes, whatever their number.
///
/// The wire format is that of https://protobuf.dev/programming-guides/encoding. A message in a
/// message comes as a reader of its bytes, so that no depth of the file is a depth of the stack.
struct ProtobufReader {
  /// How many groups may lie in each other; only those that are skipped can.
  static let depthLimit = 100
  static let varintBytes = 10

  private let memory: [UInt8]
  private(set) var position: Int
  private let end: Int

  init(_ memory: [UInt8], _ range: Range<Int>) {
    self.memory = memory
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position == end }
  var count: Int { end - position }
  var rest: ArraySlice<UInt8> { memory[position..<end] }

  /// nil at the end of the message.
  mutating func next() throws(ProtobufError) -> ProtobufField? {
    if isAtEnd { return nil }
    let start = position
    let (number, wire) = try key()
    let value: ProtobufField.Value
    if wire == 3 {
      try skipGroup(number)
      value = .group
    } else {
      value = try plainValue(wire, at: start)
    }
    return ProtobufField(number: number, value: value, position: start)
  }

  /// Seven bits a byte, the lowest first.
  mutating func varint() throws(ProtobufError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for place in 0..<ProtobufReader.varintBytes {
      if isAtEnd { throw ProtobufError(position: start, reason: "a varint has no end") }
      let byte = memory[position]
      position += 1
      // The tenth byte has room for one bit.
      if place == 9 && byte > 1 { break }
      value |= UInt64(byte & 0x7F) << UInt64(7 * place)
      if byte < 0x80 { return value }
    }
    throw ProtobufError(position: start, reason: "a varint has more than 64 bits")
  }

  mutating func fixed32() throws(ProtobufError) -> UInt32 {
    UInt32(littleEndian: try load(UInt32.self))
  }

  mutating func fixed64() throws(ProtobufError) -> UInt64 {
    UInt64(littleEndian: try load(UInt64.self))
  }

  /// A number of `width` bytes, the lowest first.
  mutating func fixed(_ width: Int) throws(ProtobufError) -> UInt64 {
    try take(UInt64(width), at: position).rest.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func key() throws(ProtobufError) -> (number: Int, wire: Int) {
    let start = position
    let key = try varint()
    if key > UInt64(UInt32.max) || key >> 3 == 0 {
      throw ProtobufError(position: start, reason: "there is no field of number \(key >> 3)")
    }
    return (Int(key >> 3), Int(key & 7))
  }

  private mutating func plainValue(
    _ wire: Int, at start: Int
  ) throws(ProtobufError) -> ProtobufField.Value {
    switch wire {
    case 0: return .varint(try varint())
    case 1: return .fixed64(try fixed64())
    case 2: return .bytes(try take(try varint(), at: start))
    case 5: return .fixed32(try fixed32())
    case 4: throw ProtobufError(position: start, reason: "a group ends that has not begun")
    default: throw ProtobufError(position: start, reason: "a field has no type \(wire)")
    }
  }

  private mutating func take(
    _ count: UInt64, at start: Int
  ) throws(ProtobufError) -> ProtobufReader {
    if count > UInt64(self.count) { throw beyond(start) }
    defer { position += Int(count) }
    return ProtobufReader(memory, position..<position + Int(count))
  }

  /// At once where byte after byte would take most of the time of reading a histogram.
  private mutating func load<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) throws(ProtobufError) -> Number {
    let width = MemoryLayout<Number>.size
    if count < width { throw beyond(position) }
    defer { position += width }
    return memory.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: type) }
  }

  private func beyond(_ start: Int) -> ProtobufError {
    ProtobufError(position: start, reason: "a field reaches beyond its message")
  }

  private mutating func skipGroup(_ number: Int) throws(ProtobufError) {
    var open = [number]
    while let innermost = open.last {
      let start = position
      if isAtEnd { throw ProtobufError(position: start, reason: "a group has no end") }
      let (number, wire) = try key()
      switch wire {
      case 3:
        if open.count == ProtobufReader.depthLimit {
          throw ProtobufError(position: start, reason: "groups lie deeper than \(open.count)")
        }
        open.append(number)
      case 4 where number == innermost: open.removeLast()
      default: _ = try plainValue(wire, at: start)
      }
    }
  }
}
