public import ThalwegRecord
public import ThalwegTensor

/// Trains an experiment: epochs of batches, evaluation, schedule, early stopping, checkpoints.
public final class TrainingLoop {
  /// What is trained.
  public let experiment: any Experiment
  /// How it is trained.
  public let configuration: TrainingConfiguration
  /// What makes the steps.
  public let trainer: Trainer

  let machine: Machine
  let observers: [any RunObserver]
  let keeper: (any CheckpointKeeper)?
  let isInterrupted: () -> Bool
  package var state: LoopState

  /// A loop that has made no step.
  /// - Parameters:
  ///   - keeper: saves and finds checkpoints; nil: none are made.
  ///   - isInterrupted: asked after each step; true ends the run once its state is saved.
  /// - Throws: `OptimizerError` where the optimizer does not fit the parameters.
  public init(
    _ experiment: any Experiment, _ configuration: TrainingConfiguration, on machine: Machine,
    observers: [any RunObserver] = [], keeper: (any CheckpointKeeper)? = nil,
    isInterrupted: @escaping () -> Bool = { false }
  ) throws(OptimizerError) {
    if experiment.trainingItemCount < 1 || configuration.batchSize < 1 {
      mistake("loop: \(experiment.trainingItemCount) items, batches of \(configuration.batchSize)")
    }
    self.experiment = experiment
    self.configuration = configuration
    self.machine = machine
    self.observers = observers
    self.keeper = keeper
    self.isInterrupted = isInterrupted
    trainer = try Trainer(
      experiment.parameters, configuration.optimizer, on: machine,
      policy: configuration.nonFinite, schedule: configuration.schedule,
      seed: configuration.seed)
    state = LoopState(configuration)
  }

  /// Trains from where the state stands to the end.
  /// - Throws: what an observer or the keeper throws; the last checkpoint then stays whole.
  public func run() throws -> RunEnd {
    if trainer.stepCount == 0 { try save(isBest: false) }
    if state.isDiverged { return try finish(.diverged) }
    if state.batch == 0 && state.stopping?.isExhausted == true { return try finish(.stoppedEarly) }
    while state.epoch <= configuration.epochs {
      if let end = try trainEpoch() { return try finish(end) }
      // One bad batch in an epoch of one may pass; ten, or a last epoch of none but bad ones, do not.
      let failures = state.totals.failuresAlone
      state.isDiverged =
        failures >= 10 || (failures > 0 && state.epoch == configuration.epochs)
      let (isBest, stops) = try endEpoch()
      try save(isBest: isBest)
      if state.isDiverged { return try finish(.diverged) }
      if stops { return try finish(.stoppedEarly) }
      if state.epoch <= configuration.epochs && isInterrupted() {
        return try finish(.interrupted)
      }
    }
    return try finish(.finished)
  }

  /// - Returns: how the run ends within the epoch; nil when the epoch is through.
  private func trainEpoch() throws -> RunEnd? {
    let count = experiment.trainingItemCount
    let stream = RandomStream(
      seed: configuration.seed, path: "data.order.\(state.epoch)")
    let order = stream.permutation(count)
    let batches = (count + configuration.batchSize - 1) / configuration.batchSize
    while state.batch < batches {
      let start = state.batch * configuration.batchSize
      let end = min(start + configuration.batchSize, count)
      trainer.place(epoch: state.epoch, batch: state.batch + 1, items: end - start)
      order.withUnsafeBufferPointer { order in
        let items = UnsafeBufferPointer(rebasing: order[start..<end])
        trainer.step { experiment.forward(items, $0, epoch: state.epoch) }
      }
      state.batch += 1
      state.totals.add(trainer.record)
      try tell(.step(trainer.record))
      try warn(trainer.record)
      if trainer.record.outcome == .stopped {
        try save(isBest: false)
        return .diverged
      }
      // The end of an epoch saves by itself, with the evaluation in it.
      if state.batch == batches { return nil }
      if isInterrupted() {
        try save(isBest: false)
        return .interrupted
      }
      if let every = configuration.checkpointEverySteps, trainer.stepCount % every == 0 {
        try save(isBest: false)
      }
    }
    return nil
  }

  private func endEpoch() throws -> (isBest: Bool, stops: Bool) {
    var record = state.totals.record(clips: configuration.optimizer.clips)
    record.epoch = state.epoch
    record.step = trainer.stepCount
    record.learningRate = trainer.optimizer.rate
    record.gradient = trainer.gradientSummary()
    let isDue = state.epoch % configuration.evaluateEveryEpochs == 0
    if isDue { record.evaluation = experiment.evaluate(on: machine, epoch: state.epoch) }
    let objective = record.evaluation?.objective
    record.isBest =
      objective.map { new in new.isFinite && (state.best.map { new < $0 } ?? true) } ?? false
    if record.isBest { state.best = objective }
    if isDue {
      trainer.optimizer.learningRate =
        state.plateau?.rate(
          after: objective ?? configuration.objectiveWhenMissing,
          from: trainer.optimizer.learningRate) ?? trainer.optimizer.learningRate
    }
    let stops = state.stopping?.shouldStop(after: objective) ?? false
    record.sinceBest = state.stopping?.sinceBest
    state.epoch += 1
    state.batch = 0
    state.totals = EpochTotals()
    try tell(.epoch(record))
    return (record.isBest, stops)
  }

  private func finish(_ end: RunEnd) throws -> RunEnd {
    try tell(.ended(end, step: trainer.stepCount))
    return end
  }

  private func tell(_ event: RunEvent) throws {
    for observer in observers { try observer.observe(event) }
  }

  private func save(isBest: Bool) throws {
    trainer.keepSnapshot()
    guard let keeper else { return }
    let path = try keeper.save(self, isBest: isBest)
    try tell(.saved(path: path, step: trainer.stepCount))
  }

  /// Once per kind; the records count every case.
  private func warn(_ record: StepRecord) throws {
    if record.outcome == .taken || trainer.count(record.outcome) > 1 { return }
    let place = "step \(record.step) (epoch \(record.epoch), batch \(record.batch))"
    let text =
      switch record.outcome {
      case .empty: "nothing was minimized; no backward pass, no update"
      case .noPath: "no parameter lies behind the loss; no backward pass, no update"
      case .rolledBack:
        "the last snapshot was put back; first number that is not finite: "
          + (record.culprit ?? "unknown")
      default:
        "\(record.outcome.rawValue), nothing was changed; first number that is not finite: "
          + (record.culprit ?? "unknown")
      }
    try tell(.warning("\(place): \(text) (said once, counted every time)"))
  }
}
