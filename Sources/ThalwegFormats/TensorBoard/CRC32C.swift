/// The cyclic redundancy check of Castagnoli's polynomial, as in RFC 3720, section 12.1.
package enum CRC32C {
  /// 0x1EDC6F41 with its lowest bit first.
  private static let polynomial: UInt32 = 0x82F6_3B78

  /// Eight tables of 256: table k holds what a byte does that k more bytes follow, so that eight
  /// bytes need eight loads and no loop over bits.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var rest = UInt32(byte)
      for _ in 0..<8 { rest = rest & 1 == 0 ? rest >> 1 : rest >> 1 ^ polynomial }
      tables[byte] = rest
    }
    for place in 256..<tables.count {
      let before = tables[place - 256]
      tables[place] = before >> 8 ^ tables[Int(before & 0xFF)]
    }
    return tables
  }()

  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { tables in
      var rest = ~UInt32(0)
      var place = 0
      while bytes.count - place >= 8 {
        let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        rest = eight(UInt64(littleEndian: word) ^ UInt64(rest), tables)
        place += 8
      }
      while place < bytes.count {
        rest = rest >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: rest) ^ bytes[place])]
        place += 1
      }
      return ~rest
    }
  }

  /// As TFRecord files keep it: turned by 15 bits and added to, since the check of bytes that hold
  /// their own check says little.
  package static func masked(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let plain = checksum(bytes)
    return (plain >> 15 | plain << 17) &+ 0xA282_EAD8
  }

  @inline(__always)
  private static func eight(_ word: UInt64, _ tables: UnsafeBufferPointer<UInt32>) -> UInt32 {
    func entry(_ place: Int) -> UInt32 {
      tables[(7 - place) * 256 + Int(UInt8(truncatingIfNeeded: word >> (8 * UInt64(place))))]
    }
    return entry(0) ^ entry(1) ^ entry(2) ^ entry(3) ^ entry(4) ^ entry(5) ^ entry(6) ^ entry(7)
  }
}
