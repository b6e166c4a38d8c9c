extension CheckpointListing {
  /// Lists what lies in a file; its kind is told by its content.
  /// - Parameter skipsUnknown: leaves what unknown classes and functions would make unopened,
  ///   where they are refused without it.
  /// - Throws: `FileError`, `UnreadFileError`, or the error of the format.
  package static func read(_ path: String, skipsUnknown: Bool = false) throws -> CheckpointListing {
    if Files.isDirectory(path) { throw folder(path) }
    let file = try RandomAccessFile(path)
    func notYet(_ kind: String, _ advice: String) -> UnreadFileError {
      .notYet(path: path, kind: kind, advice: advice)
    }
    switch FileKind(try file.bytes(0..<min(file.length, FileKind.sample))) {
    case .safetensors: return CheckpointListing(try SafetensorsHeader(file))
    case .zip:
      let archive = try TorchArchive(try ZipArchive(file), skipsUnknown: skipsUnknown)
      return try CheckpointListing(archive)
    case .legacyTorch:
      throw notYet(
        "a PyTorch file of the form before 1.6", "load it and save it again with a newer PyTorch")
    case .pickle: throw notYet("a bare pickle", "save the tensors with torch.save")
    case .numpy: throw notYet("a NumPy array", "save it with torch.save or safetensors")
    case .hdf5: throw notYet("an HDF5 file", "save the tensors with torch.save or safetensors")
    case .unknown: throw UnreadFileError.unknown(path: path)
    }
  }

  private static func folder(_ path: String) -> any Error {
    let inner =
      [
        ("run.json", "a run folder", "checkpoints/last/model.safetensors"),
        ("state.json", "a checkpoint's folder", "model.safetensors"),
      ].first { Files.exists(path + "/" + $0.0) }
    guard let inner else { return FileError.isDirectory(path: path) }
    return UnreadFileError.notYet(
      path: path, kind: inner.1, advice: "name a file in it, as \(path)/\(inner.2)")
  }

  init(_ header: SafetensorsHeader) {
    tensors = header.entries.map { entry in
      CheckpointTensor(
        path: entry.name, element: entry.element, extents: entry.extents,
        elementCount: entry.range.count / entry.element.width, view: nil, isParameter: false)
    }
    kind = .safetensors
    version = nil
    byteOrder = "little"
    scalars = header.metadata.map { JSON.Member($0.name, .string($0.text)) }
    opaque = []
    elementCount = tensors.reduce(0) { $0 + $1.elementCount }
    storedBytes = header.entries.last?.range.upperBound ?? 0
  }

  init(_ archive: TorchArchive) throws(TorchError) {
    var walk = TorchWalk(archive)
    try walk.run()
    tensors = walk.tensors
    kind = .torch
    version = archive.version
    byteOrder = archive.byteOrder
    scalars = walk.scalars
    opaque = walk.opaque
    elementCount = walk.elementCount
    storedBytes = walk.objects.storedBytes
  }
}
