private import CKernels
private import ThalwegTensor

extension Operation {
  static let topK = Operation("topK", gradientOperands: 1) { step in
    step.kernels.pointee.select(step.value, step.input(1), step.input(0), step.count)
  } backward: { step in
    step.deliver(to: 0) {
      step.kernels.pointee.select($0, step.input(1), step.cotangent, step.count)
    }
  }

  static let largestMask = Operation("largestMask", cutsGradient: true) { step in
    step.kernels.pointee.top_k_mask(
      step.value, step.input(0), step.count, Int64(step.attributes[0]))
  } backward: { _ in
  }
}

extension Value {
  /// Keeps the k largest of all entries and puts 0 in the place of the others; of equals the
  /// earlier is kept. The derivative is 1 for a kept entry and 0 for the others: the choice itself
  /// has none.
  /// - Complexity: O(n) for n entries on average.
  /// - Precondition: k is positive and not above the number of entries.
  public func keepingLargest(_ k: Int) -> Value { keeping(k).kept }

  /// `keepingLargest`, and the choice itself as data: 1 for a kept entry, 0 for the others.
  public func keeping(_ k: Int) -> (kept: Value, mask: Value) {
    let mask = largestMask(k, "topK", .none)
    return (tape.apply(.topK, mask.shape, self, mask), mask)
  }

  /// 1 at the k largest of all entries, 0 at the others: of equals the earlier, a NaN above every
  /// number.
  /// - Parameters:
  ///   - k: how many.
  ///   - estimator: what stands for the derivative, which is 0 wherever it exists.
  /// - Complexity: O(n) for n entries on average.
  /// - Precondition: k is positive and not above the number of entries.
  public func largestMask(_ k: Int, estimator: GradientEstimator) -> Value {
    largestMask(k, "largestMask", estimator)
  }

  private func largestMask(
    _ k: Int, _ name: StaticString, _ estimator: GradientEstimator
  ) -> Value {
    let shape = tape.node(self, name).pointee.shape
    if k < 1 || k > shape.count {
      mistake("\(name): k = \(k) of shape \(shape), \(tape.whereabouts)")
    }
    return tape.apply(.largestMask, shape, self, attributes: SIMD4(Double(k), 0, 0, 0))
      .estimating(estimator, from: self)
  }
}
