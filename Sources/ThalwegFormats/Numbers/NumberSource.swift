/// Where a run of numbers lies. Tensors that share it share the instance.
final class NumberSource: Sendable {
  enum Place: Sendable {
    /// From that byte of a file on.
    case file(RandomAccessFile, start: Int)
    /// In an entry of a zip, so many unpacked bytes behind its start.
    case entry(ZipArchive, ZipEntry, start: Int)
  }

  let place: Place
  let byteCount: Int
  let isBigEndian: Bool

  init(_ place: Place, byteCount: Int, isBigEndian: Bool = false) {
    self.place = place
    self.byteCount = byteCount
    self.isBigEndian = isBigEndian
  }
}
