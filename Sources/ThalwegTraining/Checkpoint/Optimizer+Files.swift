private import ThalwegAutodiff
package import ThalwegFormats
private import ThalwegTensor

extension Optimizer {
  /// Writes model.safetensors, which holds parameters and state tensors, and, where the rule keeps
  /// moments, optimizer.safetensors.
  package func write(to folder: String) throws(FileError) {
    try Safetensors.write(
      to: folder + "/model.safetensors", tensors: tensors("", parameters.values) + states,
      metadata: [("format", "1")])
    guard let moments else { return }
    try Safetensors.write(
      to: folder + "/optimizer.safetensors",
      tensors: moments.named.flatMap { tensors($0.name + ".", $0.store) },
      metadata: [("format", "1")])
  }

  private typealias Entry = (
    name: String, shape: Shape, scalarType: ScalarType, bytes: UnsafeRawBufferPointer
  )

  private func tensors(_ prefix: String, _ store: FlatStorage) -> [Entry] {
    parameters.segments.map { Optimizer.entry(prefix, $0, store) }
  }

  private var states: [Entry] {
    parameters.stateSegments.map { Optimizer.entry("", $0, parameters.states) }
  }

  private static func entry(
    _ prefix: String, _ segment: Parameters.Segment, _ store: FlatStorage
  ) -> Entry {
    let width = store.scalarType.width
    return (
      prefix + segment.path, segment.shape, store.scalarType,
      UnsafeRawBufferPointer(
        start: store.pointer + segment.offset * width, count: segment.shape.count * width)
    )
  }

  /// Takes over the tensors of a checkpoint; the counts come with `restore`.
  package func read(from folder: String) throws {
    let model = try TensorFile(folder + "/model.safetensors")
    try model.fill(parameters.values, parameters.segments)
    try model.fill(parameters.states, parameters.stateSegments)
    if let moments {
      let file = try TensorFile(folder + "/optimizer.safetensors")
      for (name, store) in moments.named {
        try file.fill(store, parameters.segments, name + ".")
      }
    }
    parameters.valuesChanged()
  }
}

/// A file of tensors that flat stores are filled from.
private struct TensorFile {
  let path: String
  let file: SafetensorsFile

  init(_ path: String) throws {
    self.path = path
    file = try Safetensors.read(path)
  }

  func fill(
    _ store: FlatStorage, _ segments: [Parameters.Segment], _ prefix: String = ""
  ) throws(CheckpointError) {
    for segment in segments {
      let name = prefix + segment.path
      guard let tensor = file[name] else {
        throw .tensorMissing(path: path, name: name)
      }
      let element = Safetensors.Element(store.scalarType)
      if tensor.shape != segment.shape || tensor.element != element {
        throw .tensorDiffers(
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
