/// Zip files with stored entries, taken apart and put together again with right checksums.
enum Zip {
  struct Entry {
    var name: [UInt8]
    var content: [UInt8]
  }

  /// The stored entries of a file without archive comment.
  static func entries(_ file: [UInt8]) -> [Entry] {
    let end = file.count - 22
    guard end >= 0, Bytes.number(file[end..<end + 4]) == 0x0605_4B50 else { return [] }
    var place = Bytes.number(file[end + 16..<end + 20])
    var entries: [Entry] = []
    for _ in 0..<Bytes.number(file[end + 10..<end + 12]) {
      let name = Bytes.number(file[place + 28..<place + 30])
      let extra = Bytes.number(file[place + 30..<place + 32])
      let comment = Bytes.number(file[place + 32..<place + 34])
      let size = Bytes.number(file[place + 20..<place + 24])
      let local = Bytes.number(file[place + 42..<place + 46])
      let start =
        local + 30 + Bytes.number(file[local + 26..<local + 28])
        + Bytes.number(file[local + 28..<local + 30])
      entries.append(
        Entry(
          name: Array(file[place + 46..<place + 46 + name]),
          content: Array(file[start..<start + size])))
      place += 46 + name + extra + comment
    }
    return entries
  }

  static func file(_ entries: [Entry]) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let common =
        Bytes.little(20, 2) + Bytes.little(0, 8) + Bytes.little(checksum(entry.content), 4)
        + Bytes.little(entry.content.count, 4) + Bytes.little(entry.content.count, 4)
        + Bytes.little(entry.name.count, 2)
      directory += Bytes.little(0x0201_4B50, 4) + Bytes.little(20, 2) + common
      directory += Bytes.little(0, 12) + Bytes.little(file.count, 4) + entry.name
      file +=
        Bytes.little(0x0403_4B50, 4) + common + Bytes.little(0, 2) + entry.name + entry.content
    }
    let end =
      Bytes.little(0x0605_4B50, 4) + Bytes.little(0, 4) + Bytes.little(entries.count, 2)
      + Bytes.little(entries.count, 2) + Bytes.little(directory.count, 4)
      + Bytes.little(file.count, 4) + Bytes.little(0, 2)
    return file + directory + end
  }

  /// CRC-32 as in ISO 3309, bit by bit over a table of 256.
  private static func checksum(_ bytes: [UInt8]) -> Int {
    Int(
      ~bytes.reduce(0xFFFF_FFFF as UInt32) { sum, byte in
        sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)]
      })
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
    }
  }
}
