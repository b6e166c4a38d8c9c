private import CKernels
private import ThalwegTensor

extension Operation {
  static let transpose = Operation("transpose") { step in
    step.kernels.pointee.transpose(
      step.value, step.input(0), Int64(step.shape[1]), Int64(step.shape[0]))
  } backward: { step in
    step.deliver(to: 0) {
      step.kernels.pointee.transpose(
        $0, step.cotangent, Int64(step.shape[0]), Int64(step.shape[1]))
    }
  }
}

extension Value {
  /// y[j, i] = x[i, j]; the cotangent is transposed back.
  /// - Precondition: the shape is `[rows, columns]`.
  public func transposed() -> Value {
    let shape = tape.node(self, "transpose").pointee.shape
    if shape.rank != 2 {
      mistake("transpose: shape \(shape) is not a matrix, \(tape.whereabouts)")
    }
    return tape.apply(.transpose, Shape(shape[1], shape[0]), self)
  }
}
