/// Numbers byte strings in the order in which they first appear, without a text being made of them.
struct ByteIndex {
  private struct Key {
    var hash: UInt64
    var start: Int
    var count: Int
  }

  private let limit: Int
  private var keys: [Key] = []
  private var bytes: [UInt8] = []
  /// Indices of `keys`, -1 where there is none; the number of places is a power of two.
  private var places: [Int32] = Array(repeating: -1, count: 1 << 8)
  // A file that is made for it must not find strings that all fall to one place.
  private let seed = UInt64.random(in: .min ... .max)

  /// - Parameter limit: how many strings are kept.
  init(limit: Int) { self.limit = limit }

  var count: Int { keys.count }

  /// The number of both ranges together, told apart by `salt`; nil where there are too many.
  mutating func number(
    of line: LineBytes, _ one: Range<Int>, _ other: Range<Int>, salt: UInt64
  ) -> Int? {
    var hash = ByteIndex.mix(seed ^ salt, UInt64(one.count))
    hash = ByteIndex.hash(hash, line, one)
    hash = ByteIndex.hash(hash, line, other)
    var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
    while places[place] >= 0 {
      let found = Int(places[place])
      if keys[found].hash == hash && isSame(keys[found], line, one, other) { return found }
      place = (place + 1) & (places.count - 1)
    }
    if keys.count >= limit { return nil }
    places[place] = Int32(keys.count)
    keys.append(Key(hash: hash, start: bytes.count, count: one.count + other.count))
    for index in one { bytes.append(line[index]) }
    for index in other { bytes.append(line[index]) }
    if keys.count * 2 > places.count { grow() }
    return keys.count - 1
  }

  private func isSame(
    _ key: Key, _ line: LineBytes, _ one: Range<Int>, _ other: Range<Int>
  ) -> Bool {
    if key.count != one.count + other.count { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      var place = key.start
      for index in one {
        if bytes[place] != line[index] { return false }
        place += 1
      }
      for index in other {
        if bytes[place] != line[index] { return false }
        place += 1
      }
      return true
    }
  }

  private mutating func grow() {
    places = Array(repeating: -1, count: places.count * 2)
    for index in keys.indices {
      var place = Int(truncatingIfNeeded: keys[index].hash) & (places.count - 1)
      while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
      places[place] = Int32(index)
    }
  }

  private static func hash(_ seed: UInt64, _ line: LineBytes, _ range: Range<Int>) -> UInt64 {
    var hash = seed
    var index = range.lowerBound
    while index + 8 <= range.upperBound {
      let word = UnsafeRawPointer(line.base).loadUnaligned(fromByteOffset: index, as: UInt64.self)
      hash = mix(hash, word)
      index += 8
    }
    var rest: UInt64 = 0
    while index < range.upperBound {
      rest = rest << 8 | UInt64(line[index])
      index += 1
    }
    return mix(hash, rest)
  }

  @inline(__always) private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word).multipliedFullWidth(by: 0x9FB2_1C65_1E98_DF25)
    return product.high ^ product.low
  }
}
