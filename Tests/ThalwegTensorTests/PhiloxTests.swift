import Testing
import ThalwegTensor

/// Blocks of Philox4x32-10 with their published or independently computed output.
@Suite struct PhiloxTests {
  struct Vector: Sendable {
    var counter: SIMD4<UInt32>
    var key: SIMD2<UInt32>
    var output: SIMD4<UInt32>
  }

  /// Known answers of Random123 (Salmon, Moraes, Dror, Shaw 2011), file kat_vectors.
  static let published = [
    Vector(
      counter: .zero, key: .zero,
      output: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    Vector(
      counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max),
      output: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    Vector(
      counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
      key: [0xa409_3822, 0x299f_31d0],
      output: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ]

  @Test(arguments: published)
  func `gives the published block`(_ vector: Vector) {
    #expect(Philox.block(counter: vector.counter, key: vector.key) == vector.output)
  }

  @Test(arguments: RandomVectors.blocks)
  func `gives the block of another implementation`(_ vector: Vector) {
    #expect(Philox.block(counter: vector.counter, key: vector.key) == vector.output)
  }
}
