/// Changes of bytes that know no format.
enum Bytes {
  /// One change: a bit, a byte, a piece removed, doubled or put elsewhere, or the end cut off.
  static func mutate(_ bytes: inout [UInt8], _ dice: inout Dice) {
    if bytes.isEmpty { return bytes.append(UInt8(truncatingIfNeeded: dice.pick(256))) }
    let place = dice.pick(bytes.count)
    let length = 1 + dice.pick(min(64, bytes.count - place))
    switch dice.pick(8) {
    case 0: bytes[place] ^= 1 << UInt8(dice.pick(8))
    case 1: bytes[place] = UInt8(truncatingIfNeeded: dice.pick(256))
    case 2: bytes.removeSubrange(place..<place + length)
    case 3: bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: place)
    case 4:
      bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: dice.pick(bytes.count))
    case 5: bytes.removeLast(dice.pick(bytes.count))
    case 6:
      for byte in place..<min(bytes.count, place + 8) {
        bytes[byte] = dice.once(in: 2) ? 0xFF : 0
      }
    default: bytes.insert(UInt8(truncatingIfNeeded: dice.pick(256)), at: place)
    }
  }

  static func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
