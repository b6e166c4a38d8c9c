private import CKernels
private import ThalwegTensor

extension Operation {
  static let logSoftmax = Operation("logSoftmax") { step in
    let axis = Reduction.walk(step.shape, step.attributes[0])
    step.kernels.pointee.log_softmax(
      step.value, step.scratch(Shape(2 * Int(axis.inner))), step.input(0), axis)
  } backward: { step in
    let axis = Reduction.walk(step.shape, step.attributes[0])
    step.deliver(to: 0) {
      step.kernels.pointee.log_softmax_backward(
        $0, step.scratch(Shape(2 * Int(axis.inner))), step.value, step.cotangent, axis)
    }
  }
}

extension Value {
  /// y = x - m - log(sum of exp(x - m)) along `axis`, with m the largest entry there, which is the
  /// logarithm of `softmax(axis:)` without its underflow; dx = dy - exp(y) (sum of dy).
  ///
  /// Where all along the axis are -infinity, y is -infinity throughout and the gradient 0.
  /// - Parameter axis: nil is the innermost.
  /// - Returns: the shape of `self`.
  public func logSoftmax(axis: Int? = nil) -> Value {
    let axis = normalized(axis, "logSoftmax")
    return tape.apply(.logSoftmax, shape, self, attributes: SIMD4(axis, 0, 0, 0))
  }
}
