private import CKernels
private import ThalwegTensor

extension Operation {
  static let hardMaximum = Operation("hardMaximum", cutsGradient: true) { step in
    let lanes = Lanes(step.shape, Int(step.attributes[0]))
    let room = lanes.outer * lanes.inner
    let places = step.scratch(Shape(room)).bindMemory(to: Int32.self, capacity: room)
    step.kernels.pointee.extreme(
      places, step.input(0), Int64(lanes.outer), Int64(lanes.extent), Int64(lanes.inner), 0)
    step.kernels.pointee.one_hot(
      step.value, places, Int64(lanes.outer), Int64(lanes.extent), Int64(lanes.inner))
  } backward: { _ in
  }
}

extension Value {
  /// 1 where the largest entry along `axis` stands, 0 elsewhere: of equals the first, and the first
  /// NaN where there is one.
  /// - Parameter estimator: what stands for the derivative, which is 0 wherever it exists.
  /// - Precondition: the axis' extent is positive.
  public func hardMaximum(axis: Int, estimator: GradientEstimator) -> Value {
    let shape = tape.shape(of: self, having: axis, "hardMaximum")
    if shape[axis] == 0 {
      mistake("hardMaximum: axis \(axis) of shape \(shape) has no entry, \(tape.whereabouts)")
    }
    return tape.apply(.hardMaximum, shape, self, attributes: SIMD4(Double(axis), 0, 0, 0))
      .estimating(estimator, from: self)
  }
}
