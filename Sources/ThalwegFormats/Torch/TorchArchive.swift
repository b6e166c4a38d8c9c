/// A checkpoint of torch.save since PyTorch 1.6: a zip of one pickle and raw storages.
struct TorchArchive {
  /// What may be named in the pickle. None of it is called: arguments are read off.
  static let allowed: Set<String> =
    Set(ElementType.allCases.compactMap(\.torchStorage))
    .union([
      rebuildTensor, rebuildParameter, untypedStorage, size, device, "collections.OrderedDict",
    ])
  static let rebuildTensor = "torch._utils._rebuild_tensor_v2"
  static let rebuildParameter = "torch._utils._rebuild_parameter"
  static let untypedStorage = "torch.storage.UntypedStorage"
  static let size = "torch.Size"
  static let device = "torch.device"

  /// Texts of the format are a few letters.
  private static let textLimit = 64

  let zip: ZipArchive
  /// The version of the container; nil where the file does not say it.
  let version: String?
  let byteOrder: String
  let pickle: Pickle
  private let stem: String

  var path: String { zip.file.path }

  /// - Throws: `ZipError`, `PickleError`, `TorchError` or `UnreadFileError`.
  init(_ zip: ZipArchive, skipsUnknown: Bool) throws {
    let path = zip.file.path
    let suffix = "/data.pkl"
    let pickles = zip.entries.filter {
      $0.name.hasSuffix(suffix) && !$0.name.dropLast(suffix.count).contains("/")
    }
    guard let entry = pickles.first else {
      if zip.entries.contains(where: { $0.name.hasSuffix(".npy") }) {
        throw UnreadFileError.notYet(
          path: path, kind: "a zip of NumPy arrays (npz)",
          advice: "save the arrays with torch.save or safetensors")
      }
      throw TorchError.noPickle(path: path)
    }
    if pickles.count > 1 { throw TorchError.severalPickles(path: path) }
    let stem = String(entry.name.dropLast(suffix.count))
    if zip[stem + "/constants.pkl"] != nil { throw TorchError.script(path: path) }

    func text(_ name: String) throws -> String? {
      guard let entry = zip[stem + "/" + name] else { return nil }
      let bytes = try zip.bytes(of: entry, limit: TorchArchive.textLimit)
      return String(decoding: bytes, as: UTF8.self)
        .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let byteOrder = try text("byteorder") ?? "little"
    if byteOrder != "little" && byteOrder != "big" {
      throw TorchError.byteOrder(path: path, found: byteOrder)
    }
    self.zip = zip
    self.stem = stem
    self.byteOrder = byteOrder
    version = try text("version")
    pickle = try Pickle(
      zip.bytes(of: entry, limit: Pickle.Limit.bytes), allowed: TorchArchive.allowed,
      skipsUnknown: skipsUnknown, source: "\(path): \(entry.name)")
  }

  /// The entry that holds the numbers of a storage.
  func storage(_ key: String) -> ZipEntry? { zip[stem + "/data/" + key] }
}
