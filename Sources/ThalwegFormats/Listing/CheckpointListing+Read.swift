extension CheckpointListing {
  /// Lists what lies in a file, or in a run folder's last checkpoint; its kind is told by its
  /// content.
  /// - Parameter skipsUnknown: leaves what unknown classes and functions would make unopened,
  ///   where they are refused without it.
  /// - Throws: `FileError`, `UnreadFileError`, or the error of the format.
  package static func read(_ path: String, skipsUnknown: Bool = false) throws -> CheckpointListing {
    if Files.isDirectory(path) { return try CheckpointListing(RunFolder(path)) }
    let file = try RandomAccessFile(path)
    func notYet(_ kind: String, _ advice: String) -> UnreadFileError {
      .notYet(path: path, kind: kind, advice: advice)
    }
    switch FileKind(try file.bytes(0..<min(file.length, FileKind.sample))) {
    case .safetensors: return CheckpointListing(try SafetensorsHeader(file), file)
    case .zip:
      let zip = try ZipArchive(file)
      let isTorch = zip.entries.contains { $0.name.hasSuffix("/data.pkl") }
      if !isTorch && zip.entries.contains(where: { $0.name.hasSuffix(".npy") }) {
        return CheckpointListing(try NumPyArrays(zip, skipsUnknown: skipsUnknown), .npz)
      }
      return try CheckpointListing(TorchFile(zip, skipsUnknown: skipsUnknown))
    case .legacyTorch:
      return try CheckpointListing(LegacyTorchReader.read(file, skipsUnknown: skipsUnknown))
    case .numpy: return CheckpointListing(try NumPyArrays(file), .npy)
    case .pickle: throw notYet("a bare pickle", "save the tensors with torch.save")
    case .hdf5: throw notYet("an HDF5 file", "save the tensors with torch.save or safetensors")
    case .unknown: throw UnreadFileError.unknown(path: path)
    }
  }

  private init(_ header: SafetensorsHeader, _ file: RandomAccessFile) {
    kind = .safetensors
    version = nil
    byteOrder = "little"
    tensors = header.tensors(in: file)
    scalars = header.metadata.map { JSON.Member($0.name, .string($0.text)) }
    opaque = []
    optimizers = []
    elementCount = tensors.reduce(0) { $0 + $1.elementCount }
    storedBytes = header.byteCount
  }

  private init(_ arrays: NumPyArrays, _ kind: Kind) {
    self.kind = kind
    version = arrays.version
    byteOrder = arrays.byteOrder
    tensors = arrays.tensors
    scalars = []
    opaque = arrays.opaque
    optimizers = []
    elementCount = arrays.elementCount
    storedBytes = arrays.storedBytes
  }

  private init(_ file: TorchFile) throws(TorchError) {
    var walk = TorchWalk(file)
    try walk.run()
    kind = file.kind
    version = file.version
    byteOrder = file.byteOrder
    tensors = walk.tensors
    scalars = walk.scalars
    opaque = walk.opaque
    optimizers = walk.optimizers
    elementCount = walk.elementCount
    storedBytes = walk.objects.storedBytes
  }

  /// - Throws: `SafetensorsError`.
  private init(_ folder: RunFolder) throws {
    let model = try SafetensorsHeader(folder.model)
    let optimizer = try folder.optimizer.map { ($0, try SafetensorsHeader($0)) }
    kind = .thalweg
    version = folder.state["format"]?.int.map(String.init)
    byteOrder = "little"
    let parameters = model.tensors(in: folder.model, section: "model")
    let kept = optimizer.map { $1.tensors(in: $0, section: "optimizer") } ?? []
    tensors = parameters + kept
    let state = OptimizerState(
      folder.state, settings: folder.settings, model: parameters, kept: kept)
    optimizers = state.map { [$0] } ?? []
    scalars = (folder.state.members ?? []).filter { member in
      switch member.value {
      case .null, .bool, .integer, .number, .string: true
      case .array, .object: false
      }
    }
    opaque = []
    elementCount = tensors.reduce(0) { $0 + $1.elementCount }
    storedBytes = model.byteCount + (optimizer?.1.byteCount ?? 0)
  }
}

extension SafetensorsHeader {
  /// Bytes of all numbers.
  fileprivate var byteCount: Int { entries.last?.range.upperBound ?? 0 }

  fileprivate func tensors(
    in file: RandomAccessFile, section: String = ""
  ) -> [CheckpointTensor] {
    let prefix = section.isEmpty ? "" : section + "."
    return entries.map { entry in
      CheckpointTensor(
        path: prefix + entry.name, element: entry.element, extents: entry.extents,
        elementCount: entry.range.count / entry.element.width, view: nil, isParameter: false,
        numbers: NumberSource(
          .file(file, start: dataStart + entry.range.lowerBound), byteCount: entry.range.count),
        section: section)
    }
  }
}
