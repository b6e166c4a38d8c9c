/// What the tape knows of an operation: its name, how its value is computed, and how a cotangent
/// passes back through it.
package struct Operation: Sendable {
  package let name: String
  /// Whether the gradient ends here on purpose.
  package let cutsGradient: Bool
  /// How many of the operands, from the first, a cotangent can go to; the others are read as data:
  /// masks, indices, targets.
  package let gradientOperands: Int
  /// Computes the node's value from its operands; doing it again gives the same.
  package let forward: @Sendable (Forward) -> Void
  package let backward: @Sendable (borrowing Backward) -> Void

  package init(
    _ name: String, cutsGradient: Bool = false, gradientOperands: Int = .max,
    forward: @escaping @Sendable (Forward) -> Void,
    backward: @escaping @Sendable (borrowing Backward) -> Void
  ) {
    self.name = name
    self.cutsGradient = cutsGradient
    self.gradientOperands = cutsGradient ? 0 : gradientOperands
    self.forward = forward
    self.backward = backward
  }
}
