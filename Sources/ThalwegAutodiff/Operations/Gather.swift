private import CKernels
internal import ThalwegTensor

extension Operation {
  static let gather = Operation("gather", gradientOperands: 1) { step in
    let axis = Int(step.attributes[0])
    let lanes = Lanes(step.operand(0).pointee.shape, axis)
    let places = step.places(1, below: lanes.extent)
    step.kernels.pointee.gather(
      step.value, step.input(0), places.start, Int64(lanes.outer), Int64(lanes.extent),
      Int64(step.shape[axis]), Int64(lanes.inner))
  } backward: { step in
    let axis = Int(step.attributes[0])
    let lanes = Lanes(step.operand(0).pointee.shape, axis)
    step.deliverAdding(to: 0) {
      step.kernels.pointee.gather_adding(
        $0, step.cotangent, step.places(1).start, Int64(lanes.outer), Int64(lanes.extent),
        Int64(step.shape[axis]), Int64(lanes.inner))
    }
  }
}

extension Value {
  /// One entry of the axis for each index, along its own lane: for axis 1 of three,
  /// y[a, j, c] = x[a, indices[a, j, c], c]. The cotangents of an entry that is read several times
  /// are summed, in row-major order.
  /// - Parameter indices: the shape of `self` but for the axis, of any extent.
  /// - Returns: the shape of `indices`.
  /// - Precondition: the shapes fit, and each index is below the axis' extent.
  public func gathered(_ indices: Indices, axis: Int) -> Value {
    let shape = tape.shape(of: self, having: axis, "gather")
    let places = tape.node(indices.value, "gather").pointee.shape
    tape.expectLanes(places, of: shape, axis, "gather")
    return tape.apply(
      .gather, places, self, indices.value, attributes: SIMD4(Double(axis), 0, 0, 0))
  }
}

extension Tape {
  /// Traps where indices do not have the other extents of the tensor that they point into.
  func expectLanes(_ places: Shape, of shape: Shape, _ axis: Int, _ operation: StaticString) {
    let isAlike =
      places.rank == shape.rank
      && places.replacing(axis, with: 1) == shape.replacing(axis, with: 1)
    if !isAlike {
      mistake(
        "\(operation): shape \(shape) and indices of shape \(places) do not fit along axis "
          + "\(axis), \(whereabouts)")
    }
  }
}
