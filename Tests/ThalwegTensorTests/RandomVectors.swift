// Written by Scripts/golden/random_vectors.py with randomgen 2.5.0 and NumPy 2.4.6.

enum RandomVectors {
  static let blocks: [PhiloxTests.Vector] = [
    PhiloxTests.Vector(
      counter: [0x0000_0001, 0x0000_0000, 0x0000_0000, 0x0000_0000],
      key: [0x0000_0000, 0x0000_0000],
      output: [0xf8e4_cca4, 0x5cb2_00db, 0xb1a5_74eb, 0x097e_ff67]),
    PhiloxTests.Vector(
      counter: [0x7654_3210, 0xfedc_ba98, 0x9abc_def0, 0x1234_5678],
      key: [0xcafe_f00d, 0xdead_beef],
      output: [0x2618_a0c1, 0x8674_24de, 0x913a_a591, 0x873b_cc7a]),
    PhiloxTests.Vector(
      counter: [0x0000_0001, 0x0000_0000, 0x0000_0000, 0x0000_0000],
      key: [0x89ab_cdef, 0x0123_4567],
      output: [0xadca_1466, 0x523e_0d85, 0x6540_1425, 0xb299_da3f]),
    PhiloxTests.Vector(
      counter: [0x0000_0100, 0x0000_0000, 0x0000_0000, 0x0000_0000],
      key: [0x1357_9bde, 0x0246_8acf],
      output: [0xf506_cc31, 0x2bc9_48eb, 0xbbf1_3b79, 0xb5b0_ec4b]),
    PhiloxTests.Vector(
      counter: [0x0001_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000],
      key: [0x9d03_69cd, 0x0369_d036],
      output: [0x18ec_231b, 0x57c8_b370, 0x7041_6205, 0x7d4d_48c2]),
    PhiloxTests.Vector(
      counter: [0x0100_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000],
      key: [0x26af_37bc, 0x048d_159e],
      output: [0x2294_f00c, 0x7ee3_2ae0, 0x6cf6_d7b2, 0x764b_f3c6]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0000_0001, 0x0000_0000, 0x0000_0000],
      key: [0xb05b_05ab, 0x05b0_5b05],
      output: [0xf009_8625, 0xda89_7939, 0x8dc8_bd69, 0x69e0_056e]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0000_0100, 0x0000_0000, 0x0000_0000],
      key: [0x3a06_d39a, 0x06d3_a06d],
      output: [0x839f_90cd, 0xa8f3_32fa, 0x784c_71e5, 0x15de_ae88]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0001_0000, 0x0000_0000, 0x0000_0000],
      key: [0xc3b2_a189, 0x07f6_e5d4],
      output: [0x1e06_bda4, 0xfd70_7146, 0x0070_3966, 0x3dc8_7c42]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0100_0000, 0x0000_0000, 0x0000_0000],
      key: [0x4d5e_6f78, 0x091a_2b3c],
      output: [0x32cd_208a, 0xc5e3_1378, 0x755b_4873, 0x6f21_a57b]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0000_0000, 0x0000_0001, 0x0000_0000],
      key: [0xd70a_3d67, 0x0a3d_70a3],
      output: [0x18ac_70cd, 0x4be2_89ec, 0x3aab_1efa, 0x6b0c_a90f]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0000_0000, 0x0000_0100, 0x0000_0000],
      key: [0x60b6_0b56, 0x0b60_b60b],
      output: [0x1bcc_9e77, 0xbcbe_8351, 0x890c_9ce2, 0xe058_a773]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0000_0000, 0x0001_0000, 0x0000_0000],
      key: [0xea61_d945, 0x0c83_fb72],
      output: [0x43bc_264a, 0xb538_4035, 0xbef3_8e4e, 0xcd95_ebdb]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0000_0000, 0x0100_0000, 0x0000_0000],
      key: [0x740d_a734, 0x0da7_40da],
      output: [0x3373_d7c1, 0x773d_c633, 0xe5b4_3594, 0x5017_4414]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0001],
      key: [0xfdb9_7523, 0x0eca_8641],
      output: [0xa9c3_078e, 0x5b2c_906c, 0x7d64_26fc, 0x5c25_fb66]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0100],
      key: [0x8765_4312, 0x0fed_cba9],
      output: [0xbc18_f73b, 0xbd2d_feb0, 0xdd83_66e5, 0xe1a6_8553]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0001_0000],
      key: [0x1111_1101, 0x1111_1111],
      output: [0xdb87_0e14, 0x432c_bc4a, 0x552b_8a94, 0x0b84_ecfb]),
    PhiloxTests.Vector(
      counter: [0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0100_0000],
      key: [0x9abc_def0, 0x1234_5678],
      output: [0xbd25_d469, 0x4138_5114, 0xa8b9_a8a6, 0x825f_6495]),
  ]

  static let draws: [RandomStreamTests.Draw] = [
    RandomStreamTests.Draw(
      seed: 0x0, path: "", index: 0,
      bits: 0x1aa7_22e1_4ab9_8097, uniform: 0.10411279678621632, normal: -0.046564063529691765),
    RandomStreamTests.Draw(
      seed: 0x0, path: "a", index: 1,
      bits: 0xba5e_0da2_3995_93ba, uniform: 0.7279976388031939, normal: -1.21075579959121),
    RandomStreamTests.Draw(
      seed: 0x1, path: "foobar", index: 2,
      bits: 0xfc3c_0150_a156_83ed, uniform: 0.9852906057215822, normal: -1.0475107425446946),
    RandomStreamTests.Draw(
      seed: 0xfedc_ba98_7654_3210, path: "encoder.0.weight", index: 8_589_934_592,
      bits: 0x8d5c_d07d_6192_70f0, uniform: 0.552197485552435, normal: 1.2633203754682847),
    RandomStreamTests.Draw(
      seed: 0xffff_ffff_ffff_ffff, path: "größe", index: 7,
      bits: 0xa631_b515_a220_39ac, uniform: 0.649195974141663, normal: 0.5090729373012279),
  ]
}
