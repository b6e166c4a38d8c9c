package import ThalwegTensor

extension Tape {
  /// Adds the node of an operation and computes its value.
  /// - Parameter value: memory of an operand that the node is a view of; else it gets its own.
  @inline(__always)
  package func apply(
    _ kind: OperationKind, _ shape: Shape, _ first: Value, _ second: Value? = nil,
    _ third: Value? = nil, _ fourth: Value? = nil, attributes: SIMD4<Double> = .zero,
    value: UnsafeMutableRawPointer? = nil
  ) -> Value {
    let result = append(
      kind, shape, first, second, third, fourth, attributes: attributes, value: value)
    compute(at: Int(result.id))
    return result
  }

  /// The node of an operation with any number of operands, which have been appended from `start` on
  /// by `appendOperand`.
  package func apply(
    _ kind: OperationKind, _ shape: Shape, operandsFrom start: Int32,
    attributes: SIMD4<Double> = .zero
  ) -> Value {
    var needsGradient = false
    let limit = min(Int(nextOperand - start), operations[Int(kind.rawValue)].gradientOperands)
    for index in 0..<limit {
      needsGradient = nodes[Int(operands[Int(start) + index])].needsGradient || needsGradient
    }
    let result = append(
      Node(
        operation: kind, needsGradient: needsGradient, scope: scope, shape: shape,
        value: take(shape), firstOperand: start, operandCount: nextOperand - start,
        attributes: attributes))
    compute(at: Int(result.id))
    return result
  }

  /// Computes the value of a node from the values of its operands as they stand.
  @inline(__always)
  package func compute(at index: Int) {
    let node = nodes + index
    operations[Int(node.pointee.operation.rawValue)].forward(Forward(tape: self, node: node))
  }
}
