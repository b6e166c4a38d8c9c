private import CKernels
private import ThalwegTensor

extension Operation {
  static let trace = Operation("trace") { step in
    let extent = Int64(step.operand(0).pointee.shape[0])
    step.tape.store(step.kernels.pointee.trace(step.input(0), extent), step.value)
  } backward: { step in
    let extent = Int64(step.operand(0).pointee.shape[0])
    step.deliver(to: 0) { step.kernels.pointee.diagonal($0, step.scalarCotangent, extent) }
  }
}

extension Value {
  /// The sum of the diagonal of a square matrix; its derivative is the identity.
  /// - Precondition: the shape is `[n, n]`.
  public func trace() -> Value {
    let shape = tape.node(self, "trace").pointee.shape
    if shape.rank != 2 || shape[0] != shape[1] {
      mistake("trace: shape \(shape) is not a square matrix, \(tape.whereabouts)")
    }
    return tape.apply(.trace, .scalar, self)
  }
}
