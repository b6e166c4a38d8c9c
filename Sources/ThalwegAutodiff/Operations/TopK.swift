private import CKernels
private import ThalwegTensor

extension Operation {
  static let topK = Operation("topK") { step in
    guard let mask = step.node.pointee.saved else {
      mistake("topK: the node has kept no mask")
    }
    step.deliver(to: 0) {
      step.kernels.pointee.select($0, mask, step.cotangent, step.count)
    }
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
    let operand = tape.node(self, "topK")
    let (shape, source) = (operand.pointee.shape, operand.pointee.value)
    if k < 1 || k > shape.count {
      mistake("topK: k = \(k) of shape \(shape), \(tape.whereabouts)")
    }
    // The choice itself passes no gradient on: the audit finds a cut there.
    let mask = tape.append(.stopGradient, shape, self)
    tape.nodes[Int(mask.id)].needsGradient = false
    let choice = tape.nodes[Int(mask.id)].value
    tape.kernels.pointee.top_k_mask(choice, source, Int64(shape.count), Int64(k))
    let result = tape.append(.topK, shape, self)
    tape.nodes[Int(result.id)].saved = choice
    tape.kernels.pointee.select(
      tape.nodes[Int(result.id)].value, choice, source, Int64(shape.count))
    return (result, mask)
  }
}
