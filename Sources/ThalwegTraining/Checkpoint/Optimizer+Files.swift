private import ThalwegAutodiff
package import ThalwegFormats
private import ThalwegTensor

extension Optimizer {
  /// Writes model.safetensors and, where the rule keeps moments, optimizer.safetensors.
  package func write(to folder: String) throws(FileError) {
    try Safetensors.write(
      to: folder + "/model.safetensors", tensors: tensors([("", parameters.values)]),
      metadata: [("format", "1")])
    guard let moments else { return }
    try Safetensors.write(
      to: folder + "/optimizer.safetensors",
      tensors: tensors([("first.", moments.first), ("second.", moments.second)]),
      metadata: [("format", "1")])
  }

  private func tensors(
    _ stores: [(prefix: String, store: FlatStorage)]
  ) -> [(name: String, shape: Shape, scalarType: ScalarType, bytes: UnsafeRawBufferPointer)] {
    stores.flatMap { prefix, store in
      parameters.segments.map { segment in
        let width = store.scalarType.width
        return (
          prefix + segment.path, segment.shape, store.scalarType,
          UnsafeRawBufferPointer(
            start: store.pointer + segment.offset * width, count: segment.shape.count * width)
        )
      }
    }
  }

  /// Takes over the tensors of a checkpoint; the counts come with `restore`.
  package func read(from folder: String) throws {
    try fill(parameters.values, "", from: folder + "/model.safetensors")
    if let moments {
      try fill(moments.first, "first.", from: folder + "/optimizer.safetensors")
      try fill(moments.second, "second.", from: folder + "/optimizer.safetensors")
    }
    parameters.valuesChanged()
  }

  private func fill(_ store: FlatStorage, _ prefix: String, from path: String) throws {
    let file = try Safetensors.read(path)
    for segment in parameters.segments {
      let name = prefix + segment.path
      guard let tensor = file[name] else {
        throw CheckpointError.tensorMissing(path: path, name: name)
      }
      let element = Safetensors.Element(store.scalarType)
      if tensor.shape != segment.shape || tensor.element != element {
        throw CheckpointError.tensorDiffers(
          path: path, name: name, file: "\(tensor.element.rawValue) \(tensor.shape)",
          model: "\(element.rawValue) \(segment.shape)")
      }
      tensor.bytes.withUnsafeBytes { bytes in
        if let start = bytes.baseAddress {
          (store.pointer + segment.offset * store.scalarType.width).copyMemory(
            from: start, byteCount: bytes.count)
        }
      }
    }
  }
}
