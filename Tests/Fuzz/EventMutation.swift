/// Changes inside the records of a TensorBoard event file, with checksums made anew.
enum EventMutation {
  /// The payloads of the records of a whole file.
  static func payloads(_ file: [UInt8]) -> [[UInt8]] {
    var payloads: [[UInt8]] = []
    var place = 0
    while place + 16 <= file.count {
      let length = Bytes.number(file[place..<place + 8])
      payloads.append(Array(file[place + 12..<place + 12 + length]))
      place += 16 + length
    }
    return payloads
  }

  static func file(_ payloads: [[UInt8]]) -> [UInt8] {
    payloads.flatMap { payload -> [UInt8] in
      let length = Bytes.little(payload.count, 8)
      return length + Bytes.little(masked(length), 4) + payload + Bytes.little(masked(payload), 4)
    }
  }

  static func mutate(_ payloads: inout [[UInt8]], _ dice: inout Dice) {
    let place = dice.pick(payloads.count)
    switch dice.pick(8) {
    case 0: payloads.remove(at: place)
    case 1: payloads.insert(payloads[place], at: dice.pick(payloads.count))
    case 2: Bytes.mutate(&payloads[place], &dice)
    default: payloads[place] = message(payloads[place], &dice, depth: 0)
    }
    if payloads.isEmpty { payloads.append([]) }
  }

  private struct Field {
    var key: [UInt8]
    var content: [UInt8]
    /// Whether the content has its length in front.
    var isBlock: Bool
  }

  /// One field of a message changed, or of a message in it.
  private static func message(_ bytes: [UInt8], _ dice: inout Dice, depth: Int) -> [UInt8] {
    guard var fields = fields(bytes), !fields.isEmpty, depth < 6 else {
      var bytes = bytes
      Bytes.mutate(&bytes, &dice)
      return bytes
    }
    let place = dice.pick(fields.count)
    switch dice.pick(8) {
    case 0: fields.remove(at: place)
    case 1: fields.append(fields[place])
    case 2: fields[place].key = varint(dice.number())
    case 3:
      fields[place].content = fields[place].isBlock ? varint(dice.number()) : varint(dice.number())
    default:
      if fields[place].isBlock {
        fields[place].content = message(fields[place].content, &dice, depth: depth + 1)
      } else {
        Bytes.mutate(&fields[place].content, &dice)
      }
    }
    return fields.flatMap { field in
      field.key + (field.isBlock ? varint(field.content.count) : []) + field.content
    }
  }

  /// nil where the bytes are no message.
  private static func fields(_ bytes: [UInt8]) -> [Field]? {
    var fields: [Field] = []
    var rest = bytes[...]
    func takeVarint() -> [UInt8]? {
      guard let end = rest.prefix(10).firstIndex(where: { $0 < 128 }) else { return nil }
      defer { rest = rest[(end + 1)...] }
      return Array(rest[...end])
    }
    while !rest.isEmpty {
      guard let key = takeVarint(), let first = key.first else { return nil }
      switch first & 7 {
      case 0:
        guard let content = takeVarint() else { return nil }
        fields.append(Field(key: key, content: content, isBlock: false))
      case 1, 5:
        let width = first & 7 == 1 ? 8 : 4
        if rest.count < width { return nil }
        fields.append(Field(key: key, content: Array(rest.prefix(width)), isBlock: false))
        rest = rest.dropFirst(width)
      case 2:
        guard let prefix = takeVarint() else { return nil }
        let length = prefix.reversed().reduce(0) { $0 << 7 | Int($1 & 127) }
        if prefix.count > 4 || length > rest.count { return nil }
        fields.append(Field(key: key, content: Array(rest.prefix(length)), isBlock: true))
        rest = rest.dropFirst(length)
      default: return nil
      }
    }
    return fields
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var rest = UInt64(bitPattern: Int64(value))
    var bytes: [UInt8] = []
    while rest >= 128 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(truncatingIfNeeded: rest)]
  }

  /// CRC-32C as TFRecord masks it.
  private static func masked(_ bytes: [UInt8]) -> Int {
    let sum = ~bytes.reduce(0xFFFF_FFFF as UInt32) { sum, byte in
      sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)]
    }
    return Int((sum >> 15 | sum << 17) &+ 0xA282_EAD8)
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
    }
  }
}
