private import CKernels
private import ThalwegTensor

extension Operation {
  static let concatenate = joining("concatenate")
  static let stack = joining("stack")

  /// Both put blocks side by side: an operand's block is all that lies behind the axes before the
  /// one along which they are joined.
  private static func joining(_ name: String) -> Operation {
    Operation(name) { step in
      let lanes = Lanes(step.shape, Int(step.attributes[0]))
      let stride = lanes.extent * lanes.inner
      var offset = 0
      for index in 0..<step.operandCount {
        let block = step.operand(index).pointee.shape.count / max(lanes.outer, 1)
        var walk = StridedWalk()
        walk.append(lanes.outer, stride, block)
        walk.append(block, 1, 1)
        var raw = walk.raw
        step.kernels.pointee.move(
          step.value + offset * step.tape.scalarType.width, step.input(index), &raw)
        offset += block
      }
    } backward: { step in
      let lanes = Lanes(step.shape, Int(step.attributes[0]))
      let stride = lanes.extent * lanes.inner
      var offset = 0
      for index in 0..<Int(step.node.pointee.operandCount) {
        let block = step.operand(index).pointee.shape.count / max(lanes.outer, 1)
        let source = step.cotangent + offset * step.tape.scalarType.width
        var walk = StridedWalk()
        walk.append(lanes.outer, block, stride)
        walk.append(block, 1, 1)
        var raw = walk.raw
        step.deliver(to: index) { step.kernels.pointee.move($0, source, &raw) }
        offset += block
      }
    }
  }
}

extension Value {
  /// The values side by side along the innermost axis, or along `axis`; each gets its part of the
  /// cotangent back.
  /// - Precondition: at least one value; all extents but the axis' are equal.
  public static func concatenated(_ values: Value..., axis: Int? = nil) -> Value {
    concatenated(values, axis: axis)
  }

  /// The values side by side along the innermost axis, or along `axis`, from a list.
  /// - Precondition: at least one value; all extents but the axis' are equal.
  public static func concatenated(_ values: [Value], axis: Int? = nil) -> Value {
    guard let first = values.first else { mistake("concatenate: no values") }
    let tape = first.tape
    let shape = tape.node(first, "concatenate").pointee.shape
    let axis = axis ?? shape.rank - 1
    let start = tape.nextOperand
    var total = 0
    for value in values {
      let other = tape.node(value, "concatenate").pointee.shape
      let isAlike =
        axis >= 0 && axis < shape.rank && other.rank == shape.rank
        && other.replacing(axis, with: 1) == shape.replacing(axis, with: 1)
      if !isAlike {
        mistake(
          "concatenate: shapes \(shape) and \(other) do not fit along axis \(axis), "
            + tape.whereabouts)
      }
      total += other[axis]
      tape.appendOperand(value.id)
    }
    return tape.apply(
      .concatenate, shape.replacing(axis, with: total), operandsFrom: start,
      attributes: SIMD4(Double(axis), 0, 0, 0))
  }

  /// The values side by side along a new axis before `axis`; each gets its part of the cotangent
  /// back.
  /// - Precondition: at least one value; all shapes are equal.
  public static func stacked(_ values: Value..., axis: Int = 0) -> Value {
    stacked(values, axis: axis)
  }

  /// The values side by side along a new axis before `axis`, from a list.
  /// - Precondition: at least one value; all shapes are equal.
  public static func stacked(_ values: [Value], axis: Int = 0) -> Value {
    guard let first = values.first else { mistake("stack: no values") }
    let tape = first.tape
    let shape = tape.node(first, "stack").pointee.shape
    if axis < 0 || axis > shape.rank || shape.rank == Shape.maximumRank {
      mistake("stack: new axis \(axis) in shape \(shape), \(tape.whereabouts)")
    }
    let start = tape.nextOperand
    for value in values {
      let other = tape.node(value, "stack").pointee.shape
      if other != shape {
        mistake("stack: shapes \(shape) and \(other) differ, \(tape.whereabouts)")
      }
      tape.appendOperand(value.id)
    }
    return tape.apply(
      .stack, shape.inserting(values.count, at: axis), operandsFrom: start,
      attributes: SIMD4(Double(axis), 0, 0, 0))
  }
}
