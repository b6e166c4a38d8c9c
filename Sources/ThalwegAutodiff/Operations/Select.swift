private import CKernels
private import ThalwegTensor

extension Operation {
  static let select = Operation("select", gradientOperands: 1) { step in
    let lanes = Lanes(step.operand(0).pointee.shape, Int(step.attributes[0]))
    let places = step.places(1, below: lanes.extent)
    step.kernels.pointee.take(
      step.value, step.input(0), places.start, Int64(lanes.outer), Int64(lanes.extent),
      Int64(places.count), Int64(lanes.inner))
  } backward: { step in
    let lanes = Lanes(step.operand(0).pointee.shape, Int(step.attributes[0]))
    let places = step.places(1)
    step.deliverAdding(to: 0) {
      step.kernels.pointee.take_adding(
        $0, step.cotangent, places.start, Int64(lanes.outer), Int64(lanes.extent),
        Int64(places.count), Int64(lanes.inner))
    }
  }
}

extension Value {
  /// The places of one axis that the indices name: y[.., i.., ..] = x[.., indices[i..], ..]. The
  /// cotangent of a place that is named several times is summed, in row-major order.
  /// - Parameter indices: of any shape; a scalar takes the axis away.
  /// - Returns: the shape of `self` with the axes of `indices` in the place of `axis`.
  /// - Precondition: each index is below the axis' extent.
  public func selected(_ indices: Indices, axis: Int) -> Value {
    let shape = tape.shape(of: self, having: axis, "select")
    let chosen = tape.node(indices.value, "select").pointee.shape
    let rank = shape.rank - 1 + chosen.rank
    if rank > Shape.maximumRank {
      mistake(
        "select: shape \(shape) by indices of shape \(chosen) has \(rank) axes, "
          + tape.whereabouts)
    }
    var extents = SIMD8<Int32>(repeating: 1)
    for place in 0..<axis { extents[place] = shape.extents[place] }
    for place in 0..<chosen.rank { extents[axis + place] = chosen.extents[place] }
    for place in axis + 1..<max(shape.rank, axis + 1) {
      extents[chosen.rank + place - 1] = shape.extents[place]
    }
    return tape.apply(
      .select, Shape(rank: rank, extents: extents), self, indices.value,
      attributes: SIMD4(Double(axis), 0, 0, 0))
  }

  /// The rows that the indices name, as an embedding looks them up.
  /// - Parameter indices: of any shape.
  /// - Returns: `[indices.., rest..]` of a value `[rows, rest..]`.
  /// - Precondition: each index is below the extent of axis 0.
  public func rows(at indices: Indices) -> Value { selected(indices, axis: 0) }
}
