private import CKernels
private import ThalwegTensor

extension Operation {
  static let sigmoid = Operation("sigmoid") { step in
    step.kernels.pointee.sigmoid(step.value, step.input(0), step.count)
  } backward: { step in
    step.deliver(to: 0) {
      step.kernels.pointee.sigmoid_backward($0, step.value, step.cotangent, step.count)
    }
  }
}

extension Value {
  /// y = 1 / (1 + exp(-x)); dy/dx = y (1 - y).
  public func sigmoid() -> Value {
    tape.unary(.sigmoid, "sigmoid", self)
  }
}
