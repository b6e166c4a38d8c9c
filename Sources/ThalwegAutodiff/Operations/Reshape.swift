public import ThalwegTensor

extension Operation {
  static let reshape = Operation("reshape") { _ in
  } backward: { step in
    step.deliver(to: 0) { $0.copyMemory(from: step.cotangent, byteCount: step.byteCount) }
  }
}

extension Value {
  /// The same numbers in row-major order under another shape, without a copy.
  /// - Precondition: the two shapes have as many elements.
  public func reshaped(to shape: Shape) -> Value {
    let operand = tape.node(self, "reshape")
    if operand.pointee.shape.count != shape.count {
      mistake(
        "reshape: shapes \(operand.pointee.shape) and \(shape) differ in count, "
          + tape.whereabouts)
    }
    return tape.apply(.reshape, shape, self, value: operand.pointee.value)
  }

  /// The axes from `axis` on as one, without a copy; a scalar becomes a vector of one number.
  /// - Precondition: the shape has the axis, or `axis` is its rank: then an extent of 1 is added.
  public func flattened(from axis: Int = 0) -> Value {
    let shape = tape.node(self, "flatten").pointee.shape
    if axis < 0 || axis > min(shape.rank, Shape.maximumRank - 1) {
      mistake("flatten: axis \(axis) of shape \(shape), \(tape.whereabouts)")
    }
    var extents = shape.extents
    var count = 1
    for place in axis..<shape.rank {
      count *= shape[place]
      extents[place] = 1
    }
    extents[axis] = Shape(count).extents[0]
    return reshaped(to: Shape(rank: axis + 1, extents: extents))
  }

  /// A new axis of extent 1 before `axis`, without a copy.
  /// - Precondition: `axis` is not above the rank, which is below eight.
  public func insertingAxis(_ axis: Int) -> Value {
    let shape = tape.node(self, "insertingAxis").pointee.shape
    if axis < 0 || axis > shape.rank || shape.rank == Shape.maximumRank {
      mistake("insertingAxis: new axis \(axis) in shape \(shape), \(tape.whereabouts)")
    }
    return reshaped(to: shape.inserting(1, at: axis))
  }

  /// The shape without `axis`, without a copy.
  /// - Precondition: the axis has extent 1.
  public func removingAxis(_ axis: Int) -> Value {
    let shape = tape.shape(of: self, having: axis, "removingAxis")
    if shape[axis] != 1 {
      mistake("removingAxis: axis \(axis) of shape \(shape) is not 1, \(tape.whereabouts)")
    }
    return reshaped(to: shape.removing(axis))
  }
}
