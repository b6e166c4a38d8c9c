/// Philox4x32-10: a counter and a key in, four random words out, no state in between.
///
/// Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3;
/// multipliers and Weyl constants of table 2 there.
public enum Philox {
  /// The four output words for one counter.
  /// - Parameters:
  ///   - counter: 128 bits that name the block.
  ///   - key: 64 bits that name the generator.
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (word, key) = (counter, key)
    for _ in 0..<10 {
      let first = UInt64(0xD251_1F53) * UInt64(word[0])
      let second = UInt64(0xCD9E_8D57) * UInt64(word[2])
      word = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ word[1] ^ key[0],
        UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ word[3] ^ key[1],
        UInt32(truncatingIfNeeded: first))
      key = SIMD2(key[0] &+ 0x9E37_79B9, key[1] &+ 0xBB67_AE85)
    }
    return word
  }
}
