private import ThalwegTensor

extension Operation {
  static let stopGradient = Operation("stopGradient", cutsGradient: true) { _ in
  } backward: { _ in
  }
}

extension Value {
  /// The same numbers, through which no gradient goes back; the audit names the cut.
  public func stopGradient() -> Value {
    let operand = tape.node(self, "stopGradient")
    return tape.apply(
      .stopGradient, operand.pointee.shape, self, value: operand.pointee.value)
  }
}
