private import CKernels
private import ThalwegTensor

extension Operation {
  static let sum = Operation("sum") { step in
    step.reduce(scale: 1)
  } backward: { step in
    step.spread(step.cotangent, scale: 1)
  }

  static let mean = Operation("mean") { step in
    step.reduce(scale: step.attributes[0])
  } backward: { step in
    step.spread(step.cotangent, scale: step.attributes[0])
  }
}

extension Forward {
  /// The sums of the operand over the axes that the result has lost, times `scale`.
  fileprivate func reduce(scale: Double) {
    let source = operand(0).pointee.shape
    if shape.rank == 0 {
      tape.store(scale * kernels.pointee.sum(input(0), Int64(source.count)), value)
      return
    }
    var walk = Broadcasting(shape, source, "sum", tape).sumWalk(into: shape)
    let totals = tape.takeTotals(shape.count)
    let sums = scale == 1 ? value : scratch(shape)
    kernels.pointee.sum_to(sums, totals, count, input(0), &walk)
    if scale != 1 { kernels.pointee.affine(value, sums, scale, 0, count) }
  }
}

extension Backward {
  /// Hands each entry of a reduction's cotangent, times `scale`, to all entries that it came from.
  fileprivate func spread(_ cotangent: UnsafeMutableRawPointer, scale: Double) {
    let source = operand(0).pointee.shape
    let total = Int64(source.count)
    deliver(to: 0) { place in
      if shape.count == 1 {
        kernels.pointee.fill(place, scale * scalarCotangent, total)
        return
      }
      let factor = scratch(source)
      kernels.pointee.fill(factor, scale, total)
      var walk = Broadcasting(source, shape, "sum", tape).walk
      kernels.pointee.broadcast(TW_MULTIPLY, place, factor, cotangent, &walk)
    }
  }
}

extension Value {
  /// The sum of all entries; its derivative is 1 for each.
  public func sum() -> Value { reduced(.sum, "sum", scale: 1, to: .scalar) }

  /// The mean of all entries; its derivative is 1 / count for each. NaN where there are none.
  public func mean() -> Value {
    reduced(.mean, "mean", scale: 1 / Double(shape.count), to: .scalar)
  }

  /// The sums along `axis`, which stays with extent 1.
  public func sum(axis: Int) -> Value {
    reduced(.sum, "sum", scale: 1, to: kept(axis, "sum"))
  }

  /// The means along `axis`, which stays with extent 1.
  public func mean(axis: Int) -> Value {
    reduced(.mean, "mean", scale: 1 / Double(shape[axis]), to: kept(axis, "mean"))
  }

  private func kept(_ axis: Int, _ name: StaticString) -> Shape {
    if axis < 0 || axis >= shape.rank {
      mistake("\(name): axis \(axis) of shape \(shape), \(tape.whereabouts)")
    }
    var extents = shape.extents
    extents[axis] = 1
    return Shape(rank: shape.rank, extents: extents)
  }

  private func reduced(
    _ kind: OperationKind, _ name: StaticString, scale: Double, to target: Shape
  ) -> Value {
    _ = tape.node(self, name)
    return tape.apply(kind, target, self, attributes: SIMD4(scale, 0, 0, 0))
  }
}
