private import ThalwegTensor

extension Pass {
  /// The numbers of a state tensor as the last step that was taken left them: data, through which no
  /// gradient flows.
  public subscript(_ state: StateTensor) -> Value { tape.committed(state) }

  /// Gives a state tensor the numbers of `value` if the step is taken; nothing changes before.
  ///
  /// A later proposal for the same tensor takes the place of this one. A step whose proposals are
  /// not all finite is refused.
  /// - Precondition: the pass trains, and `value` has the state tensor's shape.
  public func propose(_ state: StateTensor, _ value: Value) {
    let node = tape.node(value, "propose")
    if node.pointee.shape != state.shape {
      mistake(
        "propose: shapes \(node.pointee.shape) and \(state.shape) of "
          + "'\(tape.parameters.segment(of: state).path)', \(tape.whereabouts)")
    }
    propose(state, from: node.pointee.value)
  }

  /// Like `propose`, from `state.shape.count` numbers in the precision of the tape.
  package func propose(_ state: StateTensor, from numbers: UnsafeRawPointer) {
    if mode != .train {
      mistake(
        "propose: '\(tape.parameters.segment(of: state).path)' in a pass that evaluates, "
          + tape.whereabouts)
    }
    tape.propose(state, from: numbers)
  }

  /// The numbers that the state tensor would have if the step were taken now: what was proposed
  /// last, by an earlier part of the step too, else the committed ones. Valid until the tape is
  /// cleared or another proposal is made.
  package func pending(_ state: StateTensor) -> UnsafeRawPointer { tape.pending(state) }
}
