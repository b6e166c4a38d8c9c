private import CKernels
private import ThalwegTensor

extension Operation {
  static let square = Operation("square") { step in
    step.kernels.pointee.square(step.value, step.input(0), step.count)
  } backward: { step in
    step.deliver(to: 0) {
      step.kernels.pointee.square_backward($0, step.input(0), step.cotangent, step.count)
    }
  }
}

extension Value {
  /// y = x^2; dy/dx = 2 x.
  public func square() -> Value {
    tape.unary(.square, "square", self)
  }
}
