public import ThalwegAutodiff
public import ThalwegRecord
public import ThalwegTensor

/// One model, one optimizer, one tape: makes steps, and refuses those that would do harm.
public final class Trainer {
  /// The record of the last step's computation.
  public let tape: Tape
  /// What updates the parameters.
  public let optimizer: Optimizer
  /// What happens when a number is not finite.
  public let policy: NonFinitePolicy
  /// The root seed of the random draws that layers make.
  public let seed: UInt64
  /// What the last step said of itself.
  public private(set) var record = StepRecord()
  /// Steps so far by what became of them, in the order of `StepOutcome.allCases`.
  public private(set) var outcomes = [Int](repeating: 0, count: StepOutcome.allCases.count)

  private var snapshot: Snapshot?
  private let stateCount: Int

  /// A trainer of a model whose parameters and state tensors are all registered.
  /// - Throws: `OptimizerError` where the configuration does not fit the parameters.
  public init(
    _ parameters: Parameters, _ configuration: OptimizerConfiguration, on machine: Machine,
    policy: NonFinitePolicy = .skip, seed: UInt64 = 0
  ) throws(OptimizerError) {
    optimizer = try Optimizer(parameters, configuration)
    tape = Tape(machine, parameters)
    self.policy = policy
    self.seed = seed
    stateCount = parameters.stateCount
    keepSnapshot()
  }

  /// The number of steps so far; refused and empty ones count.
  public var stepCount: Int { record.step }

  /// The number of steps with an outcome.
  public func count(_ outcome: StepOutcome) -> Int { outcomes[index(outcome)] }

  private func index(_ outcome: StepOutcome) -> Int {
    switch outcome {
    case .taken: 0
    case .empty: 1
    case .noPath: 2
    case .refused: 3
    case .rolledBack: 4
    case .stopped: 5
    }
  }

  /// Makes one step: `body` computes on the pass and names what is to be minimized.
  ///
  /// Nothing is changed where nothing was minimized, where no parameter lies behind the loss, or
  /// where a number is not finite; `StepRecord.outcome` says which. State tensors get the numbers
  /// that were proposed for them where the step is taken, and keep theirs where it is not.
  @discardableResult
  public func step(_ body: (Pass) throws -> Void) rethrows -> StepRecord {
    if optimizer.parameters.tensorCount != optimizer.parameterCount {
      let late = optimizer.parameters.paths[optimizer.parameterCount]
      mistake("trainer: '\(late)' was registered after the optimizer was made")
    }
    if optimizer.parameters.stateCount != stateCount {
      let late = optimizer.parameters.stateSegments[stateCount].path
      mistake("trainer: '\(late)' was registered after the trainer was made")
    }
    begin()
    tape.clear()
    do {
      try body(Pass(tape, .train, seed: seed, step: record.step))
    } catch {
      // The step did not take place.
      record.step -= 1
      throw error
    }
    record.outcome = outcome()
    outcomes[index(record.outcome)] += 1
    return record
  }

  private func begin() {
    record.step += 1
    record.outcome = .empty
    record.loss = nil
    record.terms.removeAll(keepingCapacity: true)
    record.learningRate = nil
    record.normBeforeClip = nil
    record.clipCoefficient = nil
    record.normAfterClip = nil
    record.nonFiniteTensors = 0
    record.culprit = nil
    optimizer.beginStep()
  }

  private func outcome() -> StepOutcome {
    if tape.terms.isEmpty { return .empty }
    for term in tape.terms {
      let raw = tape.number(of: term)
      record.terms.append(TermRecord(name: term.name, raw: raw, weighted: term.weight * raw))
    }
    let loss = tape.loss
    record.loss = loss
    if let culprit = optimizer.firstNonFiniteState(tape) { return refuse(culprit.description) }
    guard let loss, loss.isFinite else {
      return refuse(tape.firstNonFiniteValue()?.description ?? "the weighted sum of the terms")
    }
    if !tape.hasPath { return .noPath }
    if let culprit = tape.firstNonFiniteProposal() { return refuse(culprit.description) }
    tape.backward()
    let (norm, nonFiniteTensors) = optimizer.measure(tape)
    record.normBeforeClip = norm
    record.nonFiniteTensors = nonFiniteTensors
    if !norm.isFinite || nonFiniteTensors > 0 {
      return refuse(
        tape.firstNonFiniteGradient()?.description ?? "the norm of the gradients, by overflow")
    }
    let coefficient = optimizer.clipCoefficient(norm)
    if let culprit = optimizer.firstOverflow(tape, coefficient: coefficient) {
      return refuse(culprit.description + ", by the update")
    }
    record.clipCoefficient = coefficient
    record.learningRate = optimizer.learningRate
    record.normAfterClip = optimizer.apply(tape, coefficient: coefficient)
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

extension Trainer {
  /// Makes the present state the one that `NonFinitePolicy.rollBack` goes back to. Called whenever
  /// the state is saved: what is rolled back to is what is resumed from.
  public func keepSnapshot() {
    if policy == .rollBack { snapshot = Snapshot(of: optimizer) }
  }

  /// Where the next step stands in its run; written into its record.
  package func place(epoch: Int, batch: Int, items: Int) {
    record.epoch = epoch
    record.batch = batch
    record.items = items
  }

  /// Takes over saved counts.
  package func restore(step: Int, outcomes: [Int]) {
    record.step = step
    self.outcomes = outcomes
    keepSnapshot()
  }

  /// The gradients of the last step, summed up over the parameters; nil where that step had no
  /// backward pass.
  public func gradientSummary() -> GradientSummary? {
    if record.normBeforeClip == nil { return nil }
    var summary = GradientSummary()
    var norms: [GradientNorm] = []
    for (path, found) in zip(optimizer.parameters.paths, optimizer.statistics) {
      guard let norm = found.gradientNorm else {
        summary.noPath += 1
        continue
      }
      if !found.isFinite {
        summary.nonFinite += 1
        continue
      }
      if found.isZero { summary.zero += 1 }
      norms.append(GradientNorm(path: path, norm: norm))
    }
    summary.largest = norms.map(\.norm).max()
    summary.mean =
      norms.isEmpty ? nil : norms.reduce(0) { $0 + $1.norm } / Double(norms.count)
    // Of equal norms the earlier parameter stands first.
    let order = norms.indices.sorted { (norms[$1].norm, $0) < (norms[$0].norm, $1) }
    summary.top = order.prefix(3).map { norms[$0] }
    return summary
  }
}
