public import ThalwegTensor

extension Operation {
  static let reshape = Operation("reshape") { _ in
  } backward: { step in
    step.deliver(to: 0) { $0.copyMemory(from: step.cotangent, byteCount: step.byteCount) }
  }
}

extension Value {
  /// The same numbers in row-major order under another shape, without a copy.
  /// - Precondition: the two shapes have as many elements.
  public func reshaped(to shape: Shape) -> Value {
    let operand = tape.node(self, "reshape")
    if operand.pointee.shape.count != shape.count {
      mistake(
        "reshape: shapes \(operand.pointee.shape) and \(shape) differ in count, "
          + tape.whereabouts)
    }
    return tape.apply(.reshape, shape, self, value: operand.pointee.value)
  }
}
