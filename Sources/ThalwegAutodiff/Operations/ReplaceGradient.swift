private import ThalwegTensor

extension Operation {
  // The replacement comes first: the operand that carries the value is read as data.
  static let replaceGradient = Operation("replaceGradient", gradientOperands: 1) { step in
    step.value.copyMemory(from: step.input(1), byteCount: step.byteCount)
  } backward: { step in
    step.deliver(to: 0) { $0.copyMemory(from: step.cotangent, byteCount: step.byteCount) }
  }
}

extension Value {
  /// The numbers of this value with the gradient of another: y = self, and the whole cotangent goes
  /// to `replacement`, none to `self`; dy/dreplacement = 1.
  ///
  /// A derivative of one's own for a function made of operations. With a discrete function of x and
  /// x itself it is the straight-through estimator (Bengio, Leonard, Courville 2013, arXiv
  /// 1308.3432): `rounded.replacingGradient(by: x)`.
  /// - Precondition: the shapes are equal.
  public func replacingGradient(by replacement: Value) -> Value {
    let own = tape.node(self, "replaceGradient").pointee.shape
    let other = tape.node(replacement, "replaceGradient").pointee.shape
    if own != other {
      mistake("replaceGradient: shapes \(own) and \(other) differ, \(tape.whereabouts)")
    }
    return tape.apply(.replaceGradient, own, replacement, self)
  }
}
