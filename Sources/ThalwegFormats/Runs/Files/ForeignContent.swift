/// What a file that is of none of the kinds looks like, and what to do with it.
enum ForeignContent {
  private static let checkpoint = "'thalweg inspect' lists what lies in a checkpoint"

  private static let starts: [(bytes: [UInt8], what: String)] = [
    ([0x1F, 0x8B], "compressed with gzip; unpack it with gunzip first"),
    (Array("BZh".utf8), "compressed with bzip2; unpack it first"),
    ([0xFD] + Array("7zXZ".utf8), "compressed with xz; unpack it first"),
    ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd; unpack it first"),
    (Array("7z".utf8) + [0xBC, 0xAF], "a 7z archive; unpack it first"),
    (Array("PK".utf8) + [3, 4], "a zip archive, such as a PyTorch checkpoint; \(checkpoint)"),
    (Array("PK".utf8) + [5, 6], "an empty zip archive"),
    ([0x93] + Array("NUMPY".utf8), "a NumPy array; export figures as CSV"),
    ([0x89] + Array("HDF".utf8), "an HDF5 file; export figures as CSV"),
    ([0x89] + Array("PNG".utf8), "a picture (PNG); name the log that it was drawn from"),
    ([0xFF, 0xD8, 0xFF], "a picture (JPEG); name the log that it was drawn from"),
    (Array("GIF8".utf8), "a picture (GIF); name the log that it was drawn from"),
    (Array("%PDF".utf8), "a PDF document; name the log that it shows"),
    ([0x7F] + Array("ELF".utf8), "a program"),
    (Array("SQLite format 3".utf8), "an SQLite database; export figures as CSV"),
    (Array("PAR1".utf8), "a Parquet file; export figures as CSV"),
    (Array(":W&B".utf8), "a run file of Weights & Biases; export its history as JSON lines or CSV"),
    ([0xFF, 0xFE], "text in UTF-16; save it in UTF-8"),
    ([0xFE, 0xFF], "text in UTF-16; save it in UTF-8"),
  ]

  /// nil where the beginning of the file is that of a text.
  static func look(_ head: [UInt8]) -> String? {
    for (bytes, what) in starts where head.starts(with: bytes) { return what }
    // A pickle says its protocol, 2 to 5, first.
    if head.count > 2, head[0] == 0x80, (2...5).contains(head[1]) {
      return "a Python pickle, such as an old PyTorch checkpoint; \(checkpoint)"
    }
    if isSafetensors(head) { return "a safetensors checkpoint; \(checkpoint)" }
    if head.count > 262, head[257...].starts(with: "ustar".utf8) {
      return "a tar archive; unpack it first"
    }
    if isWide(head) { return "text in UTF-16; save it in UTF-8" }
    if head.contains(0) { return "binary data" }
    let controls = head.count { $0 < 0x20 && !"\t\n\r\u{1B}\u{8}\u{C}\u{7}".utf8.contains($0) }
    return controls * 50 > head.count ? "binary data" : nil
  }

  /// Eight bytes with the length of a header that is a JSON object.
  private static func isSafetensors(_ head: [UInt8]) -> Bool {
    guard head.count > 9, head[8] == UInt8(ascii: "{") else { return false }
    return head[4..<8].allSatisfy { $0 == 0 }
  }

  /// Whether every second byte is 0, as in western text of UTF-16 without a mark.
  private static func isWide(_ head: [UInt8]) -> Bool {
    let judged = head.prefix(64)
    if judged.count < 8 { return false }
    let even = judged.indices.filter { $0 % 2 == 0 }.allSatisfy { judged[$0] == 0 }
    let odd = judged.indices.filter { $0 % 2 == 1 }.allSatisfy { judged[$0] == 0 }
    return even != odd
  }
}
