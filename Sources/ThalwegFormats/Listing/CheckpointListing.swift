/// What lies in a checkpoint of any kind that is read, without the numbers.
package struct CheckpointListing: Sendable {
  package enum Kind: String, Sendable {
    case safetensors
    /// The zip of PyTorch since version 1.6.
    case torch = "pytorch"
    case legacyTorch = "pytorch_legacy"
    case npy, npz
    /// A checkpoint's folder of our own.
    case thalweg
  }

  /// An entry that was left unopened, and the class or function that would have made it.
  package struct Opaque: Sendable {
    package let path: String
    package let name: String
  }

  package let kind: Kind
  /// What the file says of its own form; nil where it says nothing.
  package let version: String?
  /// `little`, `big` or `mixed`.
  package let byteOrder: String
  package let tensors: [CheckpointTensor]
  /// Numbers and texts at the top: of the dictionary, or of the metadata.
  package let scalars: [JSON.Member]
  package let opaque: [Opaque]
  /// In the order in which they were met.
  package let optimizers: [OptimizerState]
  package let elementCount: Int
  /// Bytes of all numbers that the tensors are made of; shared ones count once.
  package let storedBytes: Int

  /// nil: the file does not record which tensors are parameters.
  package var parameterCount: Int? {
    let count = tensors.count { $0.isParameter }
    return count > 0 ? count : nil
  }

  /// How many tensors lie in each storage.
  package var sharing: [String: Int] {
    tensors.reduce(into: [:]) { counts, tensor in
      if let storage = tensor.view?.storage { counts[storage, default: 0] += 1 }
    }
  }
}
