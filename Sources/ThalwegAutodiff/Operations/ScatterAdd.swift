private import CKernels
private import ThalwegTensor

extension Operation {
  static let scatterAdd = Operation("scatterAdd", gradientOperands: 2) { step in
    let axis = Int(step.attributes[0])
    let lanes = Lanes(step.shape, axis)
    let places = step.places(2, below: lanes.extent)
    step.value.copyMemory(from: step.input(0), byteCount: step.byteCount)
    step.kernels.pointee.gather_adding(
      step.value, step.input(1), places.start, Int64(lanes.outer), Int64(lanes.extent),
      Int64(step.operand(1).pointee.shape[axis]), Int64(lanes.inner))
  } backward: { step in
    let axis = Int(step.attributes[0])
    let lanes = Lanes(step.shape, axis)
    step.deliver(to: 0) { $0.copyMemory(from: step.cotangent, byteCount: step.byteCount) }
    step.deliver(to: 1) {
      step.kernels.pointee.gather(
        $0, step.cotangent, step.places(2).start, Int64(lanes.outer), Int64(lanes.extent),
        Int64(step.operand(1).pointee.shape[axis]), Int64(lanes.inner))
    }
  }
}

extension Value {
  /// Adds each entry of `source` where its index points to, along its own lane: for axis 1 of
  /// three, y = x and then y[a, indices[a, j, c], c] += source[a, j, c], in row-major order.
  /// Places that are named twice get both, so that the result does not depend on an order, as it would
  /// if the last one won; there is no scatter that overwrites.
  /// The cotangent goes to `self` unchanged, and to each entry of `source` from its place.
  /// - Parameters:
  ///   - source: the shape of `self` but for the axis, of any extent.
  ///   - indices: the shape of `source`.
  /// - Returns: the shape of `self`.
  /// - Precondition: the shapes fit, and each index is below the axis' extent.
  public func adding(_ source: Value, at indices: Indices, axis: Int) -> Value {
    let shape = tape.shape(of: self, having: axis, "scatterAdd")
    let added = tape.node(source, "scatterAdd").pointee.shape
    let places = tape.node(indices.value, "scatterAdd").pointee.shape
    if added != places {
      mistake(
        "scatterAdd: source of shape \(added) and indices of shape \(places) differ, "
          + tape.whereabouts)
    }
    tape.expectLanes(places, of: shape, axis, "scatterAdd")
    return tape.apply(
      .scatterAdd, shape, self, source, indices.value, attributes: SIMD4(Double(axis), 0, 0, 0))
  }
}
