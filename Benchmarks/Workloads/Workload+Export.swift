private import ThalwegFormats
internal import ThalwegTensor
private import ThalwegTraining

extension Workload {
  /// Steps whose losses a twin is compared with: the loss after 100 steps is that of the 101st.
  private static let comparedSteps = 101

  /// Writes what a twin in another framework starts from and is compared with: `workload.json`,
  /// `start.safetensors` and `data.safetensors`. The workload has made its steps then.
  /// - Throws: where a file cannot be written.
  package func export(to folder: String) throws {
    try Files.durableFolder(at: folder) { folder throws(FileError) in try write(into: folder) }
  }

  private func write(into folder: String) throws(FileError) {
    let stores = data.map { FlatStorage(holding: $0.tensor) }
    try withExtendedLifetime(stores) { () throws(FileError) in
      try Safetensors.write(
        to: folder + "/data.safetensors",
        tensors: zip(data, stores).map { ($0.name, $0.tensor.shape, .float32, $1.bytes) })
    }
    if let parameters {
      try parameters.writeTensors(to: folder + "/start.safetensors")
    } else {
      try Safetensors.write(to: folder + "/start.safetensors", tensors: [])
    }
    var losses: [JSON] = []
    if trainer != nil {
      for _ in 0..<Workload.comparedSteps {
        run()
        losses.append(.optional(loss))
      }
    } else {
      run()
    }
    let document = JSON.object([
      .init("format", .integer(1)), .init("workload", .string(kind.rawValue)),
      .init("name", .string(name)), .init("settings", .object(settings)),
      .init("optimizer", rule), .init("losses", .array(losses)),
      .init("check", .optional(check?())),
    ])
    try Files.writeDurably(folder + "/workload.json", Array(document.pretty.utf8))
  }

  private var rule: JSON {
    guard let configuration = optimizer else { return .null }
    return .object([
      .init("kind", .string(configuration.rule.rawValue)),
      .init("rate", .number(configuration.learningRate)),
      .init("beta1", .number(configuration.beta1)), .init("beta2", .number(configuration.beta2)),
      .init("epsilon", .number(configuration.epsilon)),
      .init("weight_decay", .number(configuration.weightDecay)),
      .init("clip_norm", .optional(configuration.clipNorm)),
    ])
  }
}

extension FlatStorage {
  /// The numbers of a tensor in Float.
  convenience init(holding tensor: Tensor) {
    self.init(.float32, count: tensor.shape.count)
    let target = pointer
    tensor.floats.withUnsafeBytes { source in
      if let start = source.baseAddress { target.copyMemory(from: start, byteCount: source.count) }
    }
  }
}
