import Testing
import ThalwegFormats
import ThalwegTensor

@Suite struct CRC32CTests {
  /// RFC 3720, section B.4; the bytes stand there lowest first.
  @Test func knownAnswers() {
    let read: [UInt8] = [
      0x01, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0,
      0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
    ]
    let answers: [([UInt8], UInt32)] = [
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
      ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
      (Array(0..<32), 0x46DD_794E),
      (Array((0..<32).reversed()), 0x113F_DB5C),
      (read, 0xD996_3A56),
      (Array("123456789".utf8), 0xE306_9283),
      ([], 0),
    ]
    for (bytes, answer) in answers {
      #expect(bytes.withUnsafeBytes(CRC32C.checksum) == answer, "\(bytes)")
    }
  }

  /// Eight bytes at a time give what one bit at a time gives, whatever the length and the place.
  @Test func anyLengthAnyPlace() {
    let stream = RandomStream(seed: 3, path: "crc")
    let bytes = (0..<200).map { UInt8(stream.integer($0, below: 256)) }
    for start in 0..<9 {
      for end in start..<bytes.count {
        var rest = ~UInt32(0)
        for byte in bytes[start..<end] {
          rest ^= UInt32(byte)
          for _ in 0..<8 { rest = rest >> 1 ^ (rest & 1) * 0x82F6_3B78 }
        }
        let ours = bytes.withUnsafeBytes {
          CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[start..<end]))
        }
        #expect(ours == ~rest, "\(start)..<\(end)")
      }
    }
  }
}
