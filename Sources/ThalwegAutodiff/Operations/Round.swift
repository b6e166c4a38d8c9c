private import CKernels
private import ThalwegTensor

extension Operation {
  static let round = Operation("round", estimatesGradient: true) { step in
    step.kernels.pointee.round(step.value, step.input(0), step.count)
  } backward: { step in
    step.passUnchanged()
  }

  static let step = Operation("step", estimatesGradient: true) { step in
    step.kernels.pointee.step(step.value, step.input(0), step.attributes[0], step.count)
  } backward: { step in
    step.passUnchanged()
  }
}

extension Backward {
  /// The straight-through estimate: the only one yet that lets a cotangent reach a choice.
  func passUnchanged() {
    deliver(to: 0) { $0.copyMemory(from: cotangent, byteCount: byteCount) }
  }
}

extension Value {
  /// The nearest whole numbers, halves to the even one.
  /// - Parameter estimator: what stands for the derivative, which is 0 wherever it exists.
  public func rounded(estimator: GradientEstimator) -> Value {
    let shape = tape.node(self, "round").pointee.shape
    return tape.apply(.round, shape, self, cutsGradient: estimator == .none)
  }

  /// 1 where x > threshold, else 0; NaN stays NaN.
  /// - Parameters:
  ///   - threshold: rounded to the tape's precision.
  ///   - estimator: what stands for the derivative, which is 0 wherever it exists.
  public func stepped(at threshold: Double = 0, estimator: GradientEstimator) -> Value {
    let shape = tape.node(self, "step").pointee.shape
    return tape.apply(
      .step, shape, self, attributes: SIMD4(threshold, 0, 0, 0),
      cutsGradient: estimator == .none)
  }
}
