private import CKernels
private import ThalwegTensor

extension Pass {
  /// Proposes (1 - share) s + share scale v for a state tensor s, an exponential mean of what `value`
  /// is at each step; of a step in several parts each part adds to what the one before proposed.
  /// - Precondition: the pass trains, and `value` has the state tensor's shape.
  package func follow(
    _ state: StateTensor, _ value: Value, share: Double, scale: Double = 1
  ) {
    let node = tape.node(value, "follow")
    if node.pointee.shape != state.shape {
      mistake(
        "follow: shapes \(node.pointee.shape) and \(state.shape) differ, \(tape.whereabouts)")
    }
    let count = Int64(state.shape.count)
    let (kept, added) = (tape.take(state.shape), tape.take(state.shape))
    tape.kernels.pointee.affine(kept, pending(state), 1 - share, 0, count)
    tape.kernels.pointee.affine(added, node.pointee.value, share * scale, 0, count)
    tape.kernels.pointee.accumulate(kept, added, count)
    propose(state, from: kept)
  }
}
