/// What the first bytes of a file say that it is; names are not looked at.
enum FileKind {
  case safetensors, zip, legacyTorch, pickle, numpy, hdf5, unknown

  /// How many bytes are looked at.
  static let sample = 32

  init(_ start: [UInt8]) {
    let wideStart = start.dropFirst(4).prefix(5)
    self =
      if start.starts(with: "PK\u{03}\u{04}".utf8) || start.starts(with: "PK\u{05}\u{06}".utf8) {
        .zip
      } else if wideStart.elementsEqual([0, 0, 0, 0, UInt8(ascii: "{")]) {
        .safetensors
      } else if FileKind.isLegacyTorch(start) {
        .legacyTorch
      } else if start.first == 0x80, start.count > 1, (2...5).contains(start[1]) {
        .pickle
      } else if start.starts(with: [0x93] + "NUMPY".utf8) {
        .numpy
      } else if start.starts(with: [0x89] + "HDF".utf8) {
        .hdf5
      } else {
        .unknown
      }
  }

  /// A pickle of the number 0x1950A86A20F9469CFC6C, which PyTorch put first before version 1.6.
  private static func isLegacyTorch(_ start: [UInt8]) -> Bool {
    if start.count < 2 || start[0] != 0x80 || !(2...5).contains(start[1]) { return false }
    let number: [UInt8] = [
      0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]
    // Later protocols put the length of what follows in front.
    return start[2...].starts(with: number) || start.dropFirst(11).starts(with: number)
  }
}
