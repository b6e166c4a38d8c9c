private import CKernels
public import ThalwegTensor

extension Pass {
  /// A random mask, as data: 0 with probability `rate`, else 1 / (1 - rate), so that its mean is 1.
  ///
  /// It depends on what `random(_:)` depends on, and counts as one of the module's draws. Entry i is 0
  /// where word i mod 4 of the Philox block i / 4 of the draw is below rate x 2^32.
  /// - Precondition: 0 <= rate < 1.
  public func keepMask(_ shape: Shape, rate: Double, name: StaticString? = nil) -> Value {
    if !(rate >= 0 && rate < 1) {
      mistake("keepMask: rate \(rate) is not in [0, 1), \(tape.whereabouts)")
    }
    let draw = draw(name)
    let value = tape.append(.constant, shape)
    tape.kernels.pointee.keep_mask(
      tape.nodes[Int(value.id)].value, draw.seed, draw.hash, rate, Int64(shape.count))
    return value
  }
}
