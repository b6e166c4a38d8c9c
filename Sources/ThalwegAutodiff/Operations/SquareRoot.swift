private import CKernels
private import ThalwegTensor

extension Operation {
  static let squareRoot = Operation("squareRoot") { step in
    step.kernels.pointee.square_root(step.value, step.input(0), step.count)
  } backward: { step in
    step.deliver(to: 0) {
      step.kernels.pointee.square_root_backward($0, step.value, step.cotangent, step.count)
    }
  }
}

extension Value {
  /// y = sqrt(x); dy/dx = 1 / (2 y), infinite at 0.
  public func squareRoot() -> Value {
    tape.unary(.squareRoot, "squareRoot", self)
  }
}
