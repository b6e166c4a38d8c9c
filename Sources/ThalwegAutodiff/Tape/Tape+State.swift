private import CKernels
private import ThalwegTensor

extension Tape {
  func committed(_ state: StateTensor) -> Value {
    let segment = parameters.segment(of: state)
    return append(
      .constant, segment.shape,
      value: parameters.states.pointer + segment.offset * scalarType.width)
  }

  func pending(_ state: StateTensor) -> UnsafeRawPointer {
    let bytes = parameters.segment(of: state).offset * scalarType.width
    return proposal(Int(state.index), bytes)
      ?? UnsafeRawPointer(parameters.states.pointer + bytes)
  }

  func propose(_ state: StateTensor, from numbers: UnsafeRawPointer) {
    let segment = parameters.segment(of: state)
    let width = scalarType.width
    let isKnown = propose(
      Int(state.index), segment.offset * width, numbers, segment.shape.count * width)
    if !isKnown { mistake("propose: '\(segment.path)' was registered after the step began") }
  }

  /// The first state tensor for which a number that is not finite was proposed.
  package func firstNonFiniteProposal() -> Culprit? {
    if !hasProposals { return nil }
    for (index, segment) in parameters.stateSegments.enumerated() {
      guard let numbers = proposal(index, segment.offset * scalarType.width) else { continue }
      let entry = kernels.pointee.first_non_finite(numbers, Int64(segment.shape.count))
      if entry >= 0 {
        return Culprit(kind: .state, operation: "propose", path: segment.path, index: Int(entry))
      }
    }
    return nil
  }

  /// Makes the proposed numbers those of the state tensors.
  package func commitProposals() {
    if !hasProposals { return }
    let width = scalarType.width
    for (index, segment) in parameters.stateSegments.enumerated() {
      let offset = segment.offset * width
      guard let numbers = proposal(index, offset) else { continue }
      (parameters.states.pointer + offset).copyMemory(
        from: numbers, byteCount: segment.shape.count * width)
    }
  }
}
