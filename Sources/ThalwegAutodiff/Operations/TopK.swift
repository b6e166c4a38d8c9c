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
  /// Keeps the k largest of all entries and puts 0 in the place of the others; of equals the earlier
  /// is kept. The derivative is 1 for a kept entry and 0 for the others: the choice itself has none.
  /// - Complexity: O(n) for n entries on average.
  /// - Precondition: k is positive and not above the number of entries.
  public func keepingLargest(_ k: Int) -> Value { keeping(k).kept }

  /// `keepingLargest`, and the choice itself as data: 1 for a kept entry, 0 for the others.
  public func keeping(_ k: Int) -> (kept: Value, mask: Value) {
    let shape = tape.node(self, "topK").pointee.shape
    if k < 1 || k > shape.count {
      mistake("topK: k = \(k) of shape \(shape), \(tape.whereabouts)")
    }
    // The choice itself passes no gradient on: the audit finds a cut there.
    let mask = tape.apply(.largestMask, shape, self, attributes: SIMD4(Double(k), 0, 0, 0))
    return (tape.apply(.topK, shape, self, mask), mask)
  }
}
