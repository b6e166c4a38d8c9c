private import CKernels
private import ThalwegTensor

extension Operation {
  static let trace = Operation("trace") { step in
    let extent = Int64(step.operand(0).pointee.shape[0])
    step.deliver(to: 0) { step.kernels.pointee.diagonal($0, step.scalarCotangent, extent) }
  }
}

extension Value {
  /// The sum of the diagonal of a square matrix; its derivative is the identity.
  /// - Precondition: the shape is `[n, n]`.
  public func trace() -> Value {
    let operand = tape.node(self, "trace")
    let (shape, source) = (operand.pointee.shape, operand.pointee.value)
    if shape.rank != 2 || shape[0] != shape[1] {
      mistake("trace: shape \(shape) is not a square matrix, \(tape.whereabouts)")
    }
    let result = tape.append(.trace, .scalar, self)
    tape.store(
      tape.kernels.pointee.trace(source, Int64(shape[0])), tape.nodes[Int(result.id)].value)
    return result
  }
}
