private import CKernels
private import ThalwegTensor

extension Operation {
  static let softmax = Operation("softmax") { step in
    let axis = Reduction.walk(step.shape, step.attributes[0])
    SoftmaxLoop(step.tape, axis, step.input(0), into: step.value).run(on: step.tape.machine)
  } backward: { step in
    let axis = Reduction.walk(step.shape, step.attributes[0])
    step.deliver(to: 0) { place in
      SoftmaxLoop(step.tape, axis, step.value, cotangent: step.cotangent, into: place)
        .run(on: step.tape.machine)
    }
  }
}

extension Value {
  /// y = exp(x - m) / (sum of exp(x - m)) along `axis`, with m the largest entry there;
  /// dx = y (dy - sum of y dy).
  ///
  /// An entry of -infinity gets 0. Where all along the axis are -infinity, as where a mask hides all,
  /// there is no share to give: y is 0 throughout, and so is the gradient.
  /// - Parameter axis: nil is the innermost.
  /// - Returns: the shape of `self`.
  public func softmax(axis: Int? = nil) -> Value {
    let axis = normalized(axis, "softmax")
    return tape.apply(.softmax, shape, self, attributes: SIMD4(axis, 0, 0, 0))
  }

  /// The axis that a softmax is asked for.
  func normalized(_ axis: Int?, _ name: StaticString) -> Double {
    let shape = tape.node(self, name).pointee.shape
    let axis = axis ?? shape.rank - 1
    if axis < 0 || axis >= shape.rank {
      mistake("\(name): axis \(axis) of shape \(shape), \(tape.whereabouts)")
    }
    return Double(axis)
  }
}
