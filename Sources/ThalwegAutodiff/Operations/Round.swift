private import CKernels
private import ThalwegTensor

extension Operation {
  static let round = Operation("round", cutsGradient: true) { step in
    step.kernels.pointee.round(step.value, step.input(0), step.count)
  } backward: { _ in
  }

  static let step = Operation("step", cutsGradient: true) { step in
    step.kernels.pointee.step(step.value, step.input(0), step.attributes[0], step.count)
  } backward: { _ in
  }
}

extension Value {
  /// The nearest whole numbers, halves to the even one.
  /// - Parameter estimator: what stands for the derivative, which is 0 wherever it exists.
  public func rounded(estimator: GradientEstimator) -> Value {
    let shape = tape.node(self, "round").pointee.shape
    return tape.apply(.round, shape, self).estimating(estimator, from: self)
  }

  /// 1 where x > threshold, else 0; NaN stays NaN.
  /// - Parameters:
  ///   - threshold: rounded to the tape's precision.
  ///   - estimator: what stands for the derivative, which is 0 wherever it exists.
  public func stepped(at threshold: Double = 0, estimator: GradientEstimator) -> Value {
    let shape = tape.node(self, "step").pointee.shape
    return tape.apply(.step, shape, self, attributes: SIMD4(threshold, 0, 0, 0))
      .estimating(estimator, from: self)
  }
}
