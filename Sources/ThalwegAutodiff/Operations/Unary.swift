internal import CKernels
private import ThalwegTensor

extension Operation {
  /// A function of one operand, entry by entry, whose fixed numbers are the first two attributes.
  static func unary(_ name: String, _ function: tw_unary) -> Operation {
    Operation(name) { step in
      UnaryLoop(
        function, step.tape, step.attributes, x: step.input(0), y: step.value, count: step.count
      ).run(on: step.tape.machine)
    } backward: { step in
      step.deliver(to: 0) { place in
        var loop = UnaryLoop(
          function, step.tape, step.attributes, x: step.input(0), y: step.value, count: step.count)
        loop.cotangents = (of: step.cotangent, to: place)
        loop.run(on: step.tape.machine)
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
