private import CKernels
private import ThalwegTensor

extension Operation {
  static let relu = Operation("relu") { step in
    step.kernels.pointee.relu(step.value, step.input(0), step.count)
  } backward: { step in
    step.deliver(to: 0) {
      step.kernels.pointee.relu_backward($0, step.value, step.cotangent, step.count)
    }
  }
}

extension Value {
  /// y = max(x, 0); dy/dx = 1 where x > 0, else 0 (0 at the kink). A NaN stays a NaN.
  public func relu() -> Value {
    tape.unary(.relu, "relu", self)
  }
}
