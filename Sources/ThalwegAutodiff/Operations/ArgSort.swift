private import CKernels
private import ThalwegTensor

extension Operation {
  static let argSort = Operation("argSort", cutsGradient: true) { step in
    let axis = Int(step.attributes[0])
    let lanes = Lanes(step.operand(0).pointee.shape, axis)
    let room = 2 * lanes.extent
    let spare = step.scratch(Shape(room)).bindMemory(to: Int32.self, capacity: room)
    step.kernels.pointee.sort(
      step.value.bindMemory(to: Int32.self, capacity: step.shape.count), step.input(0),
      step.scratch(Shape(lanes.extent)), spare, Int64(lanes.outer), Int64(lanes.extent),
      Int64(lanes.inner), Int64(step.shape[axis]), step.attributes[1] != 0 ? 1 : 0)
  } backward: { _ in
  }
}

extension Value {
  /// The places of the entries along `axis` in rising or falling order. Stable: equals keep their
  /// order in both. A NaN counts as larger than every number. The gradient ends here.
  /// - Returns: the shape of `self`.
  /// - Complexity: O(n log n) for n entries along the axis.
  public func argSorted(axis: Int, descending: Bool = false) -> Indices {
    let shape = tape.shape(of: self, having: axis, "argSort")
    return argSorted(axis, shape[axis], descending, shape)
  }

  /// The entries along `axis` in rising or falling order, and the places that they came from, as
  /// `argSorted` finds them. The cotangent of each entry goes to its place.
  /// - Complexity: O(n log n) for n entries along the axis.
  public func sorted(axis: Int, descending: Bool = false) -> (values: Value, indices: Indices) {
    let indices = argSorted(axis: axis, descending: descending)
    return (gathered(indices, axis: axis), indices)
  }

  /// The k largest entries along `axis`, falling, and their places: of equals the first, a NaN
  /// above every number. The cotangent of each entry goes to its place.
  /// - Returns: the shape of `self` with extent k along the axis.
  /// - Complexity: O(n log n) for n entries along the axis.
  /// - Precondition: k is positive and not above the axis' extent.
  public func topK(_ k: Int, axis: Int) -> (values: Value, indices: Indices) {
    let shape = tape.shape(of: self, having: axis, "topK")
    if k < 1 || k > shape[axis] {
      mistake("topK: k = \(k) of axis \(axis) of shape \(shape), \(tape.whereabouts)")
    }
    let indices = argSorted(axis, k, true, shape)
    return (gathered(indices, axis: axis), indices)
  }

  private func argSorted(_ axis: Int, _ kept: Int, _ descends: Bool, _ shape: Shape) -> Indices {
    Indices(
      madeBy: tape.apply(
        .argSort, shape.replacing(axis, with: kept), self,
        attributes: SIMD4(Double(axis), descends ? 1 : 0, 0, 0)))
  }
}
