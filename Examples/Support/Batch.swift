public import ThalwegAutodiff
public import ThalwegTensor

/// The tensors of one step, by name. Class numbers are kept as Float.
public struct Batch {
  /// The tensors in the order in which they were given.
  public let tensors: [(name: String, tensor: Tensor)]

  /// A batch of named tensors.
  public init(_ tensors: (name: String, tensor: Tensor)...) { self.tensors = tensors }

  /// The numbers of a tensor.
  public subscript(_ name: String) -> Tensor {
    guard let found = tensors.first(where: { $0.name == name }) else {
      mistake("batch: no tensor '\(name)'; it has \(tensors.map(\.name))")
    }
    return found.tensor
  }

  /// A tensor on the tape.
  public func value(_ name: String, _ pass: Pass) -> Value { pass.constant(self[name]) }

  /// A tensor of whole numbers on the tape.
  public func indices(_ name: String, _ pass: Pass) -> Indices {
    let tensor = self[name]
    return pass.indices(tensor.floats.map { Int32($0) }, tensor.shape)
  }
}
