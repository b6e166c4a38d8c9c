package import ThalwegTensor

/// One computed tensor on a tape: plain data, no class and no closure.
package struct Node {
  package var operation: OperationKind
  /// Whether a gradient can flow through: some parameter lies behind it, and nothing cut the way.
  package var needsGradient: Bool
  /// The module that was running, as a number of `Parameters.place`.
  package var scope: Int32
  /// Whether the value holds Int32 that name places, not numbers of the tape's precision.
  package var holdsIndices = false
  package var shape: Shape
  package var value: UnsafeMutableRawPointer
  /// nil: no gradient has come here in the last backward pass.
  package var gradient: UnsafeMutableRawPointer? = nil
  /// What forward keeps for backward, in the operation's own layout.
  package var saved: UnsafeMutableRawPointer? = nil
  /// How many numbers `saved` has room for.
  package var savedCount = 0
  /// Where the operands stand in the tape's list of operands.
  package var firstOperand: Int32
  package var operandCount: Int32
  /// Numbers that belong to the operation: scale and shift, a divisor, a parameter's index.
  package var attributes: SIMD4<Double> = .zero
}
