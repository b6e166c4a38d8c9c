private import CKernels
private import ThalwegTensor

extension Operation {
  static let oneHot = Operation("oneHot", gradientOperands: 0) { step in
    let places = step.places(0, below: step.shape.last)
    step.kernels.pointee.one_hot(
      step.value, places.start, Int64(places.count), Int64(step.shape.last), 1)
  } backward: { _ in
  }
}

extension Indices {
  /// y[i.., c] = 1 where c = indices[i..], else 0. No gradient goes through indices.
  /// - Returns: the shape of the indices with `classes` as its innermost axis.
  /// - Precondition: each index is below `classes`, and the rank below eight.
  public func oneHot(_ classes: Int) -> Value {
    let tape = value.tape
    let shape = tape.node(value, "oneHot").pointee.shape
    if classes < 0 || shape.rank == Shape.maximumRank {
      mistake("oneHot: \(classes) classes for indices of shape \(shape), \(tape.whereabouts)")
    }
    return tape.apply(.oneHot, shape.inserting(classes, at: shape.rank), value)
  }
}
