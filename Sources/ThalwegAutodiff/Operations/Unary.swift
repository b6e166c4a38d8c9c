internal import CKernels
private import ThalwegTensor

extension Operation {
  /// A function of one operand, entry by entry, whose fixed numbers are the first two attributes.
  static func unary(_ name: String, _ function: tw_unary) -> Operation {
    Operation(name) { step in
      step.kernels.pointee.unary(
        function, step.value, step.input(0), step.attributes[0], step.attributes[1], step.count)
    } backward: { step in
      step.deliver(to: 0) {
        step.kernels.pointee.unary_backward(
          function, $0, step.input(0), step.value, step.cotangent, step.attributes[0],
          step.attributes[1], step.count)
      }
    }
  }
}

extension Tape {
  @inline(__always)
  package func unary(
    _ operation: OperationKind, _ name: StaticString, _ x: Value,
    _ attributes: SIMD4<Double> = .zero
  ) -> Value {
    apply(operation, node(x, name).pointee.shape, x, attributes: attributes)
  }
}
