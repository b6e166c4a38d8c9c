public import ThalwegTensor

/// A tensor on a tape: a name for a node, 16 bytes, with no storage of its own.
///
/// It is valid until the tape is cleared; using it later traps.
public struct Value {
  package let tape: Tape
  package let id: Int32
  package let generation: UInt32

  /// The extents.
  public var shape: Shape { tape.node(self, "shape").pointee.shape }

  /// The one number of a value with one element.
  /// - Precondition: the value has one element.
  public var item: Double {
    let node = tape.node(self, "item")
    if node.pointee.shape.count != 1 {
      mistake("item: shape \(node.pointee.shape) has more than one element, \(tape.whereabouts)")
    }
    return tape.number(node.pointee.value)
  }

  /// A copy of the numbers, row-major.
  public var tensor: Tensor {
    let node = tape.node(self, "tensor")
    return tape.tensor(node.pointee.value, node.pointee.shape)
  }

  /// A copy of the gradient that the last backward pass brought here; nil where none came.
  public var gradient: Tensor? {
    let node = tape.node(self, "gradient")
    return node.pointee.gradient.map { tape.tensor($0, node.pointee.shape) }
  }
}
