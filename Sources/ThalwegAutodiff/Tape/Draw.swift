private import ThalwegTensor

/// Names one random draw of a layer: entry `i` of the draw is the Philox block of counter
/// `(i low, i high, hash low, hash high)` under the key `(seed low, seed high)`.
package struct Draw: Sendable, Equatable {
  /// The key.
  package let seed: UInt64
  /// The upper half of the counter.
  package let hash: UInt64

  /// - Parameters:
  ///   - seed: the root seed.
  ///   - place: the hash of the place, and of the draw's name.
  ///   - ordinal: draws that the place has made before in this part.
  ///
  /// Philox is a bijection under each key, so that one place never meets the same pair twice.
  init(seed: UInt64, place: UInt64, step: Int, part: Int, ordinal: UInt32) {
    let words = Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step >> 32),
        UInt32(truncatingIfNeeded: part), ordinal),
      key: SIMD2(UInt32(truncatingIfNeeded: place), UInt32(truncatingIfNeeded: place >> 32)))
    self.seed = seed ^ (UInt64(words[0]) | UInt64(words[1]) << 32)
    hash = UInt64(words[2]) | UInt64(words[3]) << 32
  }
}
