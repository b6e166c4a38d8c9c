private import CKernels
private import ThalwegTensor

extension Operation {
  static let choose = Operation("choose", gradientOperands: 2) { step in
    if step.count == 0 { return }
    let (tape, shape) = (step.tape, step.shape)
    step.kernels.pointee.choose(
      step.value, tape.expanded(step.operand(2), to: shape),
      tape.expanded(step.operand(0), to: shape), tape.expanded(step.operand(1), to: shape),
      step.count)
  } backward: { step in
    if step.count > 0 {
      let mask = step.tape.expanded(step.operand(2), to: step.shape)
      let zeros = step.scratch(step.shape)
      step.kernels.pointee.fill(zeros, 0, step.count)
      step.deliverSummed(to: 0) {
        step.kernels.pointee.choose($0, mask, step.cotangent, zeros, step.count)
      }
      step.deliverSummed(to: 1) {
        step.kernels.pointee.choose($0, mask, zeros, step.cotangent, step.count)
      }
    } else {
      step.deliverSummed(to: 0) { _ in }
      step.deliverSummed(to: 1) { _ in }
    }
  }
}

extension Tape {
  /// The value of a node repeated along the axes that `shape` has beyond it; its own memory where it
  /// has that shape already.
  fileprivate func expanded(
    _ node: UnsafeMutablePointer<Node>, to shape: Shape
  ) -> UnsafeMutableRawPointer {
    if node.pointee.shape == shape { return node.pointee.value }
    let place = take(shape)
    var walk = Broadcasting(node.pointee.shape, shape, "choose", self).walk
    kernels.pointee.broadcast(TW_FIRST, place, node.pointee.value, place, &walk)
    return place
  }
}

extension Value {
  /// y = a where the mask is not 0, else b, shapes broadcast; the cotangent goes to the one that was
  /// chosen and 0 to the other. Nothing is computed from what is not chosen: a NaN or an infinity there
  /// reaches neither value nor gradient.
  /// - Parameters:
  ///   - mask: data; no gradient goes to it.
  ///   - a: taken where the mask is not 0.
  ///   - b: taken where it is 0.
  public static func choosing(_ mask: Value, _ a: Value, _ b: Value) -> Value {
    let tape = a.tape
    let pair = Broadcasting(
      tape.node(a, "choose").pointee.shape, tape.node(b, "choose").pointee.shape, "choose", tape)
    let whole = Broadcasting(tape.node(mask, "choose").pointee.shape, pair.shape, "choose", tape)
    return tape.apply(.choose, whole.shape, a, b, mask)
  }
}
