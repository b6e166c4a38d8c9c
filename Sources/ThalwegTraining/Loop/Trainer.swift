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
  /// What the rate is multiplied with at each step.
  public let schedule: Schedule
  /// The root seed of the random draws that layers make.
  public let seed: UInt64
  /// What the last step said of itself.
  public internal(set) var record = StepRecord()
  /// Steps so far by what became of them, in the order of `StepOutcome.allCases`.
  public private(set) var outcomes = [Int](repeating: 0, count: StepOutcome.allCases.count)

  var snapshot: Snapshot?
  private let stateCount: Int

  /// A trainer of a model whose parameters and state tensors are all registered.
  /// - Throws: `OptimizerError` where the configuration does not fit the parameters, or a number of
  ///   it or of the schedule is out of range.
  public init(
    _ parameters: Parameters, _ configuration: OptimizerConfiguration, on machine: Machine,
    policy: NonFinitePolicy = .skip, schedule: Schedule = Schedule(), seed: UInt64 = 0
  ) throws(OptimizerError) {
    try schedule.check()
    self.schedule = schedule
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
    try step(of: Trainer.onePart) { pass, _ in try body(pass) }
  }

  private static let onePart = [1]

  /// Makes one step from several parts, one after the other on the same tape, so that a batch may be
  /// larger than what fits into memory at once.
  ///
  /// Each term of part `i` must be a mean over its own `counts[i]` items: rows, or the observed
  /// entries where the mean is over those. Loss, terms and gradient of the step are
  /// `sum(n_i x_i) / sum(n_i)`, so that unequal parts come to what one batch of all items would; a
  /// term that a part does not name counts as 0 there. Parts of no item are left out.
  /// All terms of a part share its count: terms that are means over different numbers of items do not
  /// come to what the whole batch would give.
  /// A number that is not finite in any part refuses the whole step, and parts that were still to
  /// come are not computed: loss and terms of such a step are sums over the parts that were.
  /// - Parameters:
  ///   - counts: items of each part.
  ///   - body: computes a part on the pass; it is given the part's index into `counts`.
  /// - Precondition: no count is negative.
  @discardableResult
  public func step(
    accumulating counts: [Int], _ body: (Pass, Int) throws -> Void
  ) rethrows -> StepRecord {
    record.items = 0
    for count in counts {
      if count < 0 { mistake("trainer: a part of \(count) items") }
      record.items += count
    }
    return try step(of: counts, body)
  }

  private func step(
    of counts: [Int], _ body: (Pass, Int) throws -> Void
  ) rethrows -> StepRecord {
    if optimizer.parameters.tensorCount != optimizer.parameterCount {
      let late = optimizer.parameters.paths[optimizer.parameterCount]
      mistake("trainer: '\(late)' was registered after the optimizer was made")
    }
    if optimizer.parameters.stateCount != stateCount {
      let late = optimizer.parameters.stateSegments[stateCount].path
      mistake("trainer: '\(late)' was registered after the trainer was made")
    }
    record.step += 1
    optimizer.rateFactor = schedule.factor(at: record.step)
    begin()
    do {
      record.outcome = try outcome(of: counts, body)
    } catch {
      // The step did not take place.
      begin()
      record.step -= 1
      throw error
    }
    outcomes[index(record.outcome)] += 1
    return record
  }

  private func begin() {
    record.outcome = .empty
    record.loss = nil
    record.terms.removeAll(keepingCapacity: true)
    record.learningRate = nil
    record.normBeforeClip = nil
    record.clipCoefficient = nil
    record.clippedTensors = nil
    record.normAfterClip = nil
    record.nonFiniteTensors = 0
    record.culprit = nil
    optimizer.beginStep()
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
