// The form since PyTorch 1.6: a zip of one pickle and raw storages.
extension TorchFile {
  /// Texts of the format are a few letters.
  private static let textLimit = 64

  /// - Throws: `ZipError`, `PickleError` or `TorchError`.
  init(_ zip: ZipArchive, skipsUnknown: Bool) throws {
    let path = zip.file.path
    let suffix = "/data.pkl"
    let pickles = zip.entries.filter {
      $0.name.hasSuffix(suffix) && !$0.name.dropLast(suffix.count).contains("/")
    }
    guard let entry = pickles.first else { throw TorchError.noPickle(path: path) }
    if pickles.count > 1 { throw TorchError.severalPickles(path: path) }
    let stem = String(entry.name.dropLast(suffix.count))
    if zip[stem + "/constants.pkl"] != nil { throw TorchError.script(path: path) }

    func text(_ name: String) throws -> String? {
      guard let entry = zip[stem + "/" + name] else { return nil }
      let bytes = try zip.bytes(of: entry, limit: TorchFile.textLimit)
      return String(decoding: bytes, as: UTF8.self)
        .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let byteOrder = try text("byteorder") ?? "little"
    if byteOrder != "little" && byteOrder != "big" {
      throw TorchError.byteOrder(path: path, found: byteOrder)
    }
    self.path = path
    self.byteOrder = byteOrder
    kind = .torch
    version = try text("version")
    pickle = try Pickle(
      zip.bytes(of: entry, limit: Pickle.Limit.bytes), allowed: TorchFile.allowed,
      skipsUnknown: skipsUnknown, source: "\(path): \(entry.name)")
    storages = .zip(zip, stem: stem)
  }
}
