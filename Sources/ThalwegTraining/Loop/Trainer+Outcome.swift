import ThalwegAutodiff
import ThalwegRecord
private import ThalwegTensor

extension Trainer {
  /// Computes the parts, and updates where nothing speaks against it.
  func outcome(
    of counts: [Int], _ body: (Pass, Int) throws -> Void
  ) rethrows -> StepOutcome {
    let total = Double(counts.reduce(0, +))
    tape.clear()
    var hasPath = false
    var isFirst = true
    for (part, count) in counts.enumerated() where count > 0 {
      if !isFirst { tape.clearPart() }
      isFirst = false
      try body(Pass(tape, .train, seed: seed, step: record.step, part: part), part)
      if tape.terms.isEmpty { continue }
      if let culprit = culprit(ofShare: Double(count) / total) {
        return refuse(counts.count == 1 ? culprit : "\(culprit), in part \(part)")
      }
      hasPath = hasPath || tape.hasPath
    }
    if record.loss == nil { return .empty }
    if !hasPath { return .noPath }
    if let culprit = tape.firstNonFiniteProposal() { return refuse(culprit.description) }
    return update()
  }

  /// Adds a part's loss and gradients to the step's.
  /// - Returns: what made a number that is not finite.
  private func culprit(ofShare share: Double) -> String? {
    for term in tape.terms { add(term, share) }
    let loss = (record.loss ?? 0) + share * (tape.loss ?? 0)
    record.loss = loss
    if let culprit = optimizer.firstNonFiniteState(tape) { return culprit.description }
    if !loss.isFinite {
      return tape.firstNonFiniteValue()?.description ?? "the weighted sum of the terms"
    }
    if !tape.hasPath { return nil }
    if let culprit = tape.firstNonFiniteProposal() { return culprit.description }
    tape.backwardAdding(share: share)
    let (norm, nonFiniteTensors) = optimizer.measure(tape)
    record.normBeforeClip = norm
    record.nonFiniteTensors = nonFiniteTensors
    if norm.isFinite && nonFiniteTensors == 0 { return nil }
    return tape.firstNonFiniteGradient()?.description ?? "the norm of the gradients, by overflow"
  }

  private func add(_ term: Tape.Term, _ share: Double) {
    let raw = share * tape.number(of: term)
    for index in record.terms.indices where record.terms[index].name == term.name {
      record.terms[index].raw += raw
      record.terms[index].weighted += term.weight * raw
      return
    }
    record.terms.append(TermRecord(name: term.name, raw: raw, weighted: term.weight * raw))
  }

  private func update() -> StepOutcome {
    let clipping = optimizer.clip(tape, norm: record.normBeforeClip ?? 0)
    if let culprit = optimizer.firstOverflow(tape) {
      return refuse(culprit.description + ", by the update")
    }
    record.clipCoefficient = clipping.coefficient
    record.clippedTensors = clipping.tensors
    record.learningRate = optimizer.rate
    record.normAfterClip = optimizer.apply(tape)
    tape.commitProposals()
    return .taken
  }

  private func refuse(_ culprit: String) -> StepOutcome {
    record.culprit = culprit
    switch policy {
    case .skip: return .refused
    case .stop: return .stopped
    case .rollBack:
      guard let snapshot else { mistake("trainer: rolling back without a snapshot") }
      snapshot.restore(optimizer)
      return .rolledBack
    }
  }
}
