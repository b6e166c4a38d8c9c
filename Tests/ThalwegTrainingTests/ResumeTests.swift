import Testing
import ThalwegFormats
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

@Suite struct ResumeTests {
  /// Keeps each checkpoint in memory: the document as text, the tensors as copies.
  private final class MemoryKeeper: CheckpointKeeper {
    private(set) var saved: [(text: String, tensors: Snapshot, step: Int)] = []

    func save(_ loop: TrainingLoop, isBest: Bool) -> String {
      let document = StateDocument(loop, metricsBytes: 0, timingBytes: 0)
      saved.append(
        (document.json.pretty, Snapshot(of: loop.trainer.optimizer), loop.trainer.stepCount))
      return "memory"
    }

    func restore(_ index: Int, _ loop: TrainingLoop) throws {
      let json = try JSON.parse(saved[index].text, source: "memory")
      let state = try StateDocument(json, path: "memory", configuration: loop.configuration)
      let optimizer = loop.trainer.optimizer
      saved[index].tensors.restore(optimizer)
      optimizer.restore(updates: state.updates, learningRate: state.learningRate)
      loop.trainer.restore(step: state.step, outcomes: state.outcomes)
      loop.state = state.loop
    }
  }

  private static func training(
    _ rule: OptimizerConfiguration.Rule, _ policy: NonFinitePolicy = .skip
  ) -> TrainingConfiguration {
    var training = TrainingConfiguration(
      epochs: 6, batchSize: 8, seed: 4,
      optimizer: OptimizerConfiguration(rule, learningRate: 0.02, weightDecay: 0.1, clipNorm: 2))
    training.checkpointEverySteps = 3
    training.plateau = .init(factor: 0.5, patience: 0)
    training.patience = 4
    training.nonFinite = policy
    return training
  }

  private func loop(
    _ training: TrainingConfiguration, _ recorder: Recorder, _ keeper: MemoryKeeper?
  ) throws -> TrainingLoop {
    let toy = ToyExperiment(items: 36)
    toy.objectives = [0.1, 3, 0.1 + 0.2, 1 / 3, 1e-300, 0]
    toy.fault = (item: 9, epoch: 2)
    return try TrainingLoop(
      toy, training, on: try Machine(threads: 1), observers: [recorder], keeper: keeper)
  }

  @Test(arguments: OptimizerConfiguration.Rule.allCases, [NonFinitePolicy.skip, .rollBack])
  func everyCheckpointIsGoneOnFrom(
    _ rule: OptimizerConfiguration.Rule, _ policy: NonFinitePolicy
  ) throws {
    try expectGoingOn(Self.training(rule, policy))
  }

  /// What has a memory beyond Adam's moments, and what has none but the number of the step.
  @Test(arguments: [NonFinitePolicy.skip, .rollBack])
  func momentumSchedulesAndClipsGoOn(_ policy: NonFinitePolicy) throws {
    var training = Self.training(.sgd, policy)
    (training.optimizer.momentum, training.optimizer.isNesterov) = (0.9, true)
    (training.optimizer.clipNorm, training.optimizer.clipAdaptive) = (nil, 0.2)
    training.schedule = Schedule(warmUpSteps: 7, decay: .cosine(steps: 20, floor: 0.1))
    try expectGoingOn(training)
    (training.optimizer.clipAdaptive, training.optimizer.clipValue) = (nil, 0.1)
    training.schedule.decay = .step(every: 4, factor: 0.7)
    try expectGoingOn(training)
  }

  private func expectGoingOn(_ training: TrainingConfiguration) throws {
    let (whole, keeper) = (Recorder(), MemoryKeeper())
    let uninterrupted = try loop(training, whole, keeper)
    #expect(try uninterrupted.run() == .finished)
    let end = OptimizerBytes(uninterrupted.trainer.optimizer)
    #expect(whole.steps.contains { $0.outcome.isFailure })
    #expect(keeper.saved.contains { $0.step % 5 != 0 })
    for (index, checkpoint) in keeper.saved.enumerated() {
      let rest = Recorder()
      // With a keeper of its own, so that snapshots are taken where the whole run took them.
      let resumed = try loop(training, rest, MemoryKeeper())
      try keeper.restore(index, resumed)
      let epoch = resumed.state.epoch
      #expect(try resumed.run() == .finished)
      // As text, in which a NaN equals itself.
      let later = whole.steps.filter { $0.step > checkpoint.step }
      #expect("\(rest.steps)" == "\(later)")
      #expect(rest.epochs == whole.epochs.filter { $0.epoch >= epoch })
      #expect(OptimizerBytes(resumed.trainer.optimizer) == end)
      #expect(resumed.trainer.outcomes == uninterrupted.trainer.outcomes)
    }
  }

  @Test func interruptionSavesWhereItStands() throws {
    var asked = 0
    let (first, rest, keeper) = (Recorder(), Recorder(), MemoryKeeper())
    let toy = ToyExperiment(items: 36)
    let training = TrainingConfiguration(
      epochs: 2, batchSize: 8, seed: 4, optimizer: OptimizerConfiguration())
    let loop = try TrainingLoop(
      toy, training, on: try Machine(threads: 1), observers: [first], keeper: keeper,
      isInterrupted: {
        asked += 1
        return asked == 3
      })
    #expect(try loop.run() == .interrupted)
    #expect(first.steps.count == 3)
    #expect(keeper.saved.map(\.step) == [0, 3])
    let resumed = try TrainingLoop(
      ToyExperiment(items: 36), training, on: try Machine(threads: 1), observers: [rest])
    try keeper.restore(1, resumed)
    #expect(try resumed.run() == .finished)
    let whole = Recorder()
    let uninterrupted = try TrainingLoop(
      ToyExperiment(items: 36), training, on: try Machine(threads: 1), observers: [whole])
    _ = try uninterrupted.run()
    #expect(first.steps + rest.steps == whole.steps)
    #expect(rest.epochs == whole.epochs)
  }

  /// A run that ended early has ended, however often it is gone on from.
  @Test func runThatStoppedEarlyTrainsNoFurther() throws {
    var training = Self.training(.adam)
    training.patience = 1
    let (whole, keeper) = (Recorder(), MemoryKeeper())
    let stopped = try loop(training, whole, keeper)
    #expect(try stopped.run() == .stoppedEarly)
    let rest = Recorder()
    let resumed = try loop(training, rest, nil)
    try keeper.restore(keeper.saved.count - 1, resumed)
    #expect(try resumed.run() == .stoppedEarly)
    #expect(rest.steps.isEmpty)
    // More patience goes on.
    training.patience = 5
    let patient = try loop(training, rest, nil)
    try keeper.restore(keeper.saved.count - 1, patient)
    #expect(try patient.run() == .finished)
    #expect(!rest.steps.isEmpty)
  }

  @Test func observersAndKeepersNeverChangeTheNumbers() throws {
    func run(_ observers: Int, keeper: MemoryKeeper?) throws -> (OptimizerBytes, [Int]) {
      let toy = ToyExperiment(items: 36)
      let loop = try TrainingLoop(
        toy, Self.training(.adamW), on: try Machine(threads: 1),
        observers: (0..<observers).map { _ in Recorder() }, keeper: keeper)
      _ = try loop.run()
      return (OptimizerBytes(loop.trainer.optimizer), loop.trainer.outcomes)
    }
    let alone = try run(0, keeper: nil)
    #expect(alone.1.first == 30)
    #expect(try run(3, keeper: nil) == alone)
    #expect(try run(3, keeper: MemoryKeeper()) == alone)
  }
}
