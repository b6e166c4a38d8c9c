/// The bytes that the tensors of a checkpoint are views of.
enum TorchStorages {
  /// Each is an entry of a zip.
  case zip(ZipArchive, stem: String)
  /// One after another behind the pickles of a file.
  case run(RandomAccessFile, [String: Range<Int>])

  /// Where a storage lies and how many bytes it has; nil where there is none of that key.
  func place(of key: String) throws(ZipError) -> (NumberSource.Place, bytes: Int)? {
    switch self {
    case .zip(let zip, let stem):
      guard let entry = zip[stem + "/data/" + key] else { return nil }
      try zip.requireStored(entry)
      return (.entry(zip, entry, start: 0), entry.bytes)
    case .run(let file, let ranges):
      guard let range = ranges[key] else { return nil }
      return (.file(file, start: range.lowerBound), range.count)
    }
  }
}
