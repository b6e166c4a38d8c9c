private import CKernels
private import ThalwegTensor

extension Operation {
  static let absolute = Operation("absolute") { step in
    step.kernels.pointee.absolute(step.value, step.input(0), step.count)
  } backward: { step in
    step.deliver(to: 0) {
      step.kernels.pointee.absolute_backward($0, step.input(0), step.cotangent, step.count)
    }
  }
}

extension Value {
  /// y = |x|; dy/dx = sign(x), 0 at the kink.
  public func absolute() -> Value {
    tape.unary(.absolute, "absolute", self)
  }
}
