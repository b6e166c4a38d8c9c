#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Random numbers of a seed: SplitMix64 (Steele, Lea, Flood 2014).
struct Draws: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  mutating func uniform(_ low: Double = 0, _ high: Double = 1) -> Double {
    Double.random(in: low..<high, using: &self)
  }

  /// From `low` to `high`, each power of ten as often as another.
  mutating func scale(_ low: Double, _ high: Double) -> Double {
    exp(uniform(log(low), log(high)))
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &self)
  }

  mutating func flip(_ share: Double = 0.5) -> Bool { uniform() < share }

  mutating func normal() -> Double {
    (-2 * log(uniform(.leastNormalMagnitude, 1))).squareRoot() * cos(2 * .pi * uniform())
  }

  /// Of standard deviation 1; as a logarithm it makes tails of a power law.
  mutating func laplace() -> Double {
    (flip() ? 1 : -1) * -log(uniform(.leastNormalMagnitude, 1)) / 2.0.squareRoot()
  }

  /// A word that no rule knows.
  mutating func word() -> String {
    let heads = ["bo", "da", "fu", "gri", "jo", "lu", "mi", "no", "pra", "ru", "so", "tu", "vi"]
    let count = integer(3...4)
    return (0..<count).map { _ in heads[integer(0...(heads.count - 1))] }.joined()
  }
}
