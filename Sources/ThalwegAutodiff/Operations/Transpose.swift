private import CKernels
private import ThalwegTensor

extension Operation {
  static let transpose = Operation("transpose") { step in
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
    let operand = tape.node(self, "transpose")
    let (shape, source) = (operand.pointee.shape, operand.pointee.value)
    if shape.rank != 2 {
      mistake("transpose: shape \(shape) is not a matrix, \(tape.whereabouts)")
    }
    let result = tape.append(.transpose, Shape(shape[1], shape[0]), self)
    tape.kernels.pointee.transpose(
      tape.nodes[Int(result.id)].value, source, Int64(shape[0]), Int64(shape[1]))
    return result
  }
}
