private import CKernels
private import ThalwegTensor

/// Which part of an operand's axis a slice is.
private struct Part {
  let axis: Int
  let from: Int
  let step: Int

  init(_ attributes: SIMD4<Double>) {
    (axis, from, step) = (Int(attributes[0]), Int(attributes[1]), Int(attributes[2]))
  }

  init(axis: Int, from: Int, step: Int) {
    (self.axis, self.from, self.step) = (axis, from, step)
  }

  /// Numbers of the operand before the first that is kept.
  func offset(_ whole: Shape) -> Int { from * Lanes(whole, axis).inner }

  /// Whether the part lies in one piece.
  func isView(_ whole: Shape) -> Bool { step == 1 && Lanes(whole, axis).outer == 1 }

  /// The walk over the part, contiguous, and the operand.
  func walk(_ part: Shape, _ whole: Shape) -> StridedWalk {
    let (kept, all) = (Lanes(part, axis), Lanes(whole, axis))
    var walk = StridedWalk()
    walk.append(kept.outer, kept.extent * kept.inner, all.extent * all.inner)
    walk.append(kept.extent, kept.inner, step * all.inner)
    walk.append(kept.inner, 1, 1)
    return walk
  }
}

extension Operation {
  static let slice = Operation("slice") { step in
    let (part, whole) = (Part(step.attributes), step.operand(0).pointee.shape)
    if part.isView(whole) { return }
    var walk = part.walk(step.shape, whole).raw
    let offset = part.offset(whole) * step.tape.scalarType.width
    step.kernels.pointee.move(step.value, step.input(0) + offset, &walk)
  } backward: { step in
    let (part, whole) = (Part(step.attributes), step.operand(0).pointee.shape)
    var walk = part.walk(step.shape, whole).reversed.raw
    let offset = part.offset(whole) * step.tape.scalarType.width
    step.deliverAdding(to: 0) {
      step.kernels.pointee.move_adding($0 + offset, step.cotangent, &walk)
    }
  }
}

extension Value {
  /// Places `from`, `from + step`, ... below `to` of one axis. The cotangent is added to these
  /// places of the operand's.
  ///
  /// With step 1, where all axes before have extent 1, the result shares the operand's memory.
  /// - Precondition: 0 <= from <= to <= the axis' extent, and step is positive.
  public func sliced(axis: Int, from: Int, to: Int, step: Int = 1) -> Value {
    let shape = tape.shape(of: self, having: axis, "slice")
    if from < 0 || to < from || to > shape[axis] || step < 1 {
      mistake(
        "slice: \(from)..<\(to) by \(step) of axis \(axis) of shape \(shape), \(tape.whereabouts)")
    }
    let extent = to == from ? 0 : (to - from - 1) / step + 1
    let part = Part(axis: axis, from: from, step: extent < 2 ? 1 : step)
    let start =
      part.isView(shape)
      ? tape.node(self, "slice").pointee.value + part.offset(shape) * tape.scalarType.width : nil
    return tape.apply(
      .slice, shape.replacing(axis, with: extent), self,
      attributes: SIMD4(Double(axis), Double(from), Double(part.step), 0), value: start)
  }

  /// Part `index` of `count` equal parts of one axis.
  /// - Precondition: `count` divides the axis' extent, and `index` is below it.
  public func chunk(_ index: Int, of count: Int, axis: Int) -> Value {
    let shape = tape.shape(of: self, having: axis, "chunk")
    if count < 1 || index < 0 || index >= count || !shape[axis].isMultiple(of: count) {
      mistake(
        "chunk: part \(index) of \(count) of axis \(axis) of shape \(shape), \(tape.whereabouts)")
    }
    let extent = shape[axis] / count
    return sliced(axis: axis, from: index * extent, to: (index + 1) * extent)
  }
}
