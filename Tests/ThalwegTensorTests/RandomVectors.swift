// Written by Scripts/golden/random_vectors.py with randomgen 2.5.0 and NumPy 2.4.6.

enum RandomVectors {
  static let blocks: [PhiloxTests.Vector] = [
    PhiloxTests.Vector(
      counter: [0x00000001, 0x00000000, 0x00000000, 0x00000000],
      key: [0x00000000, 0x00000000],
      output: [0xf8e4cca4, 0x5cb200db, 0xb1a574eb, 0x097eff67]),
    PhiloxTests.Vector(
      counter: [0x76543210, 0xfedcba98, 0x9abcdef0, 0x12345678],
      key: [0xcafef00d, 0xdeadbeef],
      output: [0x2618a0c1, 0x867424de, 0x913aa591, 0x873bcc7a]),
    PhiloxTests.Vector(
      counter: [0x00000001, 0x00000000, 0x00000000, 0x00000000],
      key: [0x89abcdef, 0x01234567],
      output: [0xadca1466, 0x523e0d85, 0x65401425, 0xb299da3f]),
    PhiloxTests.Vector(
      counter: [0x00000100, 0x00000000, 0x00000000, 0x00000000],
      key: [0x13579bde, 0x02468acf],
      output: [0xf506cc31, 0x2bc948eb, 0xbbf13b79, 0xb5b0ec4b]),
    PhiloxTests.Vector(
      counter: [0x00010000, 0x00000000, 0x00000000, 0x00000000],
      key: [0x9d0369cd, 0x0369d036],
      output: [0x18ec231b, 0x57c8b370, 0x70416205, 0x7d4d48c2]),
    PhiloxTests.Vector(
      counter: [0x01000000, 0x00000000, 0x00000000, 0x00000000],
      key: [0x26af37bc, 0x048d159e],
      output: [0x2294f00c, 0x7ee32ae0, 0x6cf6d7b2, 0x764bf3c6]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x00000001, 0x00000000, 0x00000000],
      key: [0xb05b05ab, 0x05b05b05],
      output: [0xf0098625, 0xda897939, 0x8dc8bd69, 0x69e0056e]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x00000100, 0x00000000, 0x00000000],
      key: [0x3a06d39a, 0x06d3a06d],
      output: [0x839f90cd, 0xa8f332fa, 0x784c71e5, 0x15deae88]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x00010000, 0x00000000, 0x00000000],
      key: [0xc3b2a189, 0x07f6e5d4],
      output: [0x1e06bda4, 0xfd707146, 0x00703966, 0x3dc87c42]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x01000000, 0x00000000, 0x00000000],
      key: [0x4d5e6f78, 0x091a2b3c],
      output: [0x32cd208a, 0xc5e31378, 0x755b4873, 0x6f21a57b]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x00000000, 0x00000001, 0x00000000],
      key: [0xd70a3d67, 0x0a3d70a3],
      output: [0x18ac70cd, 0x4be289ec, 0x3aab1efa, 0x6b0ca90f]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x00000000, 0x00000100, 0x00000000],
      key: [0x60b60b56, 0x0b60b60b],
      output: [0x1bcc9e77, 0xbcbe8351, 0x890c9ce2, 0xe058a773]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x00000000, 0x00010000, 0x00000000],
      key: [0xea61d945, 0x0c83fb72],
      output: [0x43bc264a, 0xb5384035, 0xbef38e4e, 0xcd95ebdb]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x00000000, 0x01000000, 0x00000000],
      key: [0x740da734, 0x0da740da],
      output: [0x3373d7c1, 0x773dc633, 0xe5b43594, 0x50174414]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x00000000, 0x00000000, 0x00000001],
      key: [0xfdb97523, 0x0eca8641],
      output: [0xa9c3078e, 0x5b2c906c, 0x7d6426fc, 0x5c25fb66]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x00000000, 0x00000000, 0x00000100],
      key: [0x87654312, 0x0fedcba9],
      output: [0xbc18f73b, 0xbd2dfeb0, 0xdd8366e5, 0xe1a68553]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x00000000, 0x00000000, 0x00010000],
      key: [0x11111101, 0x11111111],
      output: [0xdb870e14, 0x432cbc4a, 0x552b8a94, 0x0b84ecfb]),
    PhiloxTests.Vector(
      counter: [0x00000000, 0x00000000, 0x00000000, 0x01000000],
      key: [0x9abcdef0, 0x12345678],
      output: [0xbd25d469, 0x41385114, 0xa8b9a8a6, 0x825f6495]),
  ]

  static let draws: [RandomStreamTests.Draw] = [
    RandomStreamTests.Draw(
      seed: 0x0, path: "", index: 0,
      bits: 0x1aa722e14ab98097, uniform: 0.10411279678621632, normal: -0.046564063529691765),
    RandomStreamTests.Draw(
      seed: 0x0, path: "a", index: 1,
      bits: 0xba5e0da2399593ba, uniform: 0.7279976388031939, normal: -1.21075579959121),
    RandomStreamTests.Draw(
      seed: 0x1, path: "foobar", index: 2,
      bits: 0xfc3c0150a15683ed, uniform: 0.9852906057215822, normal: -1.0475107425446946),
    RandomStreamTests.Draw(
      seed: 0xfedcba9876543210, path: "encoder.0.weight", index: 8589934592,
      bits: 0x8d5cd07d619270f0, uniform: 0.552197485552435, normal: 1.2633203754682847),
    RandomStreamTests.Draw(
      seed: 0xffffffffffffffff, path: "größe", index: 7,
      bits: 0xa631b515a22039ac, uniform: 0.649195974141663, normal: 0.5090729373012279),
  ]
}
