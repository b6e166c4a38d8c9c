private import CKernels
private import ThalwegTensor

extension Operation {
  static let square = Operation("square") { step in
    step.deliver(to: 0) {
      step.kernels.pointee.square_backward(
        $0, step.operand(0).pointee.value, step.cotangent, step.count)
    }
  }
}

extension Value {
  /// y = x^2; dy/dx = 2 x.
  public func square() -> Value {
    tape.unary(.square, "square", self, tape.kernels.pointee.square)
  }
}
