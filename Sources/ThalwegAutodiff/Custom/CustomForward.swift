public import ThalwegTensor

/// What the computation of a custom operation is given, in one precision. All memory is contiguous
/// and row-major.
public struct CustomForward<Number: BinaryFloatingPoint> {
  private let step: Forward

  init(_ step: Forward) { self.step = step }

  /// The shape of the result.
  public var shape: Shape { step.shape }

  /// The number of operands.
  public var operandCount: Int { step.operandCount }

  /// The shape of operand `index`.
  /// - Precondition: there is such an operand.
  public func shape(ofOperand index: Int) -> Shape {
    step.operand(step.tape.check(operand: index, of: step.node)).pointee.shape
  }

  /// The numbers of operand `index`.
  /// - Precondition: there is such an operand.
  public func operand(_ index: Int) -> UnsafeBufferPointer<Number> {
    step.operand(step.tape.check(operand: index, of: step.node)).pointee.numbers()
  }

  /// Where the result goes: every entry is to be written.
  public var result: UnsafeMutableBufferPointer<Number> {
    UnsafeMutableBufferPointer(mutating: step.node.pointee.numbers())
  }

  /// Memory for `count` numbers that the derivative will find again under the same call.
  /// - Precondition: every call for one result asks for the same count.
  public func saved(_ count: Int) -> UnsafeMutableBufferPointer<Number> {
    UnsafeMutableBufferPointer(
      start: step.saved(count).assumingMemoryBound(to: Number.self), count: count)
  }
}

extension Node {
  /// The numbers of the value, which are in the tape's precision.
  func numbers<Number>() -> UnsafeBufferPointer<Number> {
    UnsafeBufferPointer(start: value.assumingMemoryBound(to: Number.self), count: shape.count)
  }
}
