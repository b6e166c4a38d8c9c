private import ThalwegTensor

/// Copies of the gradients that a tape claims: of the whole loss, and of each term without weight.
struct StepGradients {
  /// For each parameter, nil where none came.
  let whole: [[Double]?]
  /// For each term and parameter.
  let terms: [[[Double]?]]

  /// Runs the derivatives on a recorded step in Double.
  init(_ tape: Tape) {
    let mark = tape.mark
    defer { tape.rewind(to: mark) }
    tape.backward()
    whole = StepGradients.copy(tape)
    terms = tape.terms.map { term in
      tape.backward(only: term.name)
      if term.weight == 0 { return tape.parameters.segments.map { _ in nil } }
      return StepGradients.copy(tape).map { $0?.map { $0 / term.weight } }
    }
    for index in 0..<tape.count { tape.nodes[index].gradient = nil }
  }

  private static func copy(_ tape: Tape) -> [[Double]?] {
    tape.parameters.segments.enumerated().map { index, segment in
      tape.isReached(index)
        ? (0..<segment.shape.count).map { tape.parameters.gradients[segment.offset + $0] } : nil
    }
  }
}
