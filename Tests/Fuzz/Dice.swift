/// Random numbers from a seed, the same everywhere: SplitMix64 (Steele, Lea, Flood 2014).
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number of `0..<count`.
  mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<max(1, count), using: &self) }

  mutating func pick<Element>(_ list: [Element]) -> Element { list[pick(list.count)] }

  /// True once in so many throws.
  mutating func once(in count: Int) -> Bool { pick(count) == 0 }

  /// A whole number at which readers go wrong: around powers of two, negative, very large.
  mutating func number() -> Int {
    switch pick(6) {
    case 0: return pick(4) - 1
    case 1: return pick(300)
    case 2: return (1 << pick(63)) - pick(3) + 1
    case 3: return -(1 << pick(63))
    case 4: return pick([Int.max, Int.min, 1 << 31, 1 << 32, 1 << 53, 65_535, 65_536])
    default: return pick(1 << 20)
    }
  }
}
