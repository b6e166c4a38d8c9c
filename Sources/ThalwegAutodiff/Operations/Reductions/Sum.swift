private import CKernels
private import ThalwegTensor

extension Operation {
  static let sum = Operation("sum") { step in
    step.reduce(scale: 1)
  } backward: { step in
    step.spread(step.cotangent, scale: 1)
  }

  static let mean = Operation("mean") { step in
    step.reduce(scale: step.attributes[1])
  } backward: { step in
    step.spread(step.cotangent, scale: step.attributes[1])
  }
}

extension Forward {
  /// The sums of the operand over the axes that the result has lost, times `scale`.
  fileprivate func reduce(scale: Double) {
    let source = operand(0).pointee.shape
    let kept = Reduction.kept(source, attributes[0])
    if kept.rank == 0 {
      tape.store(scale * kernels.pointee.sum(input(0), Int64(source.count)), value)
      return
    }
    var walk = Broadcasting(kept, source, "sum", tape).sumWalk(into: kept)
    let totals = tape.takeTotals(kept.count)
    let sums = scale == 1 ? value : scratch(kept)
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
      let kept = Reduction.kept(source, attributes[0])
      var walk = Broadcasting(source, kept, "sum", tape).walk
      kernels.pointee.broadcast(TW_MULTIPLY, place, factor, cotangent, &walk)
    }
  }
}

extension Value {
  /// The sum of all entries; its derivative is 1 for each.
  public func sum() -> Value { reduced(.sum, "sum", Reduction()) }

  /// The mean of all entries; its derivative is 1 / count for each. NaN where there are none.
  public func mean() -> Value { reduced(.mean, "mean", Reduction(), 1 / Double(shape.count)) }

  /// The sums along `axis`, which stays with extent 1 unless `keepingAxis` is false.
  public func sum(axis: Int, keepingAxis: Bool = true) -> Value {
    reduced(.sum, "sum", Reduction(self, axis: axis, keepingAxis: keepingAxis, "sum"))
  }

  /// The means along `axis`, which stays with extent 1 unless `keepingAxis` is false.
  public func mean(axis: Int, keepingAxis: Bool = true) -> Value {
    let reduction = Reduction(self, axis: axis, keepingAxis: keepingAxis, "mean")
    return reduced(.mean, "mean", reduction, 1 / Double(shape[axis]))
  }
}
