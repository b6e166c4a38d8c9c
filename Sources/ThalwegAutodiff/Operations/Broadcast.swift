private import CKernels
public import ThalwegTensor

extension Operation {
  static let broadcast = Operation("broadcast") { step in
    var walk =
      Broadcasting(step.shape, step.operand(0).pointee.shape, "broadcast", step.tape).walk
    step.kernels.pointee.move(step.value, step.input(0), &walk)
  } backward: { step in
    let target = step.operand(0).pointee.shape
    var walk = Broadcasting(step.shape, target, "broadcast", step.tape).sumWalk(into: target)
    step.deliver(to: 0) {
      step.kernels.pointee.sum_to(
        $0, step.tape.takeTotals(target.count), Int64(target.count), step.cotangent, &walk)
    }
  }
}

extension Value {
  /// The numbers repeated to a larger shape: trailing axes are aligned, an extent of 1 repeats. The
  /// cotangent is summed over the axes that were repeated.
  ///
  /// Arithmetic broadcasts by itself, without a copy.
  /// - Precondition: each extent equals the aligned one of `shape` or is 1.
  public func broadcast(to shape: Shape) -> Value {
    let own = tape.node(self, "broadcast").pointee.shape
    if own == shape { return self }
    if Broadcasting(own, shape, "broadcast", tape).shape != shape {
      mistake("broadcast: shape \(own) does not repeat to \(shape), \(tape.whereabouts)")
    }
    return tape.apply(.broadcast, shape, self)
  }
}
