public import ThalwegTensor

/// A handle to numbers of a model that are not trained, such as the running statistics of a
/// normalization: what a layer keeps of them.
///
/// A step reads them as they stand and proposes new ones; they change only when the step is taken.
public struct StateTensor: Sendable, Hashable {
  /// The place of the tensor in the order of registration.
  package let index: Int32
  /// The extents of its values.
  public let shape: Shape
}
