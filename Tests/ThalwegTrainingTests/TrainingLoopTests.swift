import Testing
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

@Suite struct TrainingLoopTests {
  private func configuration(epochs: Int, batchSize: Int = 8) -> TrainingConfiguration {
    TrainingConfiguration(
      epochs: epochs, batchSize: batchSize, seed: 21,
      optimizer: OptimizerConfiguration(learningRate: 0.01, clipNorm: 3))
  }

  private func run(
    _ toy: ToyExperiment, _ configuration: TrainingConfiguration
  ) throws -> (Recorder, RunEnd) {
    let recorder = Recorder()
    let loop = try TrainingLoop(
      toy, configuration, on: try Machine(threads: 1), observers: [recorder])
    return (recorder, try loop.run())
  }

  @Test func evaluatesEveryKEpochs() throws {
    let toy = ToyExperiment()
    toy.objectives = [9, 8, 7, 6, 5, 4, 3]
    var training = configuration(epochs: 7)
    training.evaluateEveryEpochs = 3
    let (recorder, end) = try run(toy, training)
    #expect(end == .finished)
    #expect(toy.evaluatedEpochs == [3, 6])
    #expect(recorder.epochs.map { $0.evaluation?.objective } == [nil, nil, 7, nil, nil, 4, nil])
    #expect(recorder.epochs.map(\.isBest) == [false, false, true, false, false, true, false])
    #expect(recorder.epochs.allSatisfy { $0.sinceBest == nil })
  }

  @Test(arguments: EarlyStopping.Unit.allCases)
  func stopsEarlyInItsUnit(_ unit: EarlyStopping.Unit) throws {
    let toy = ToyExperiment()
    toy.objectives = [0, 5, 0, 6, 0, 6, 0, 6]
    var training = configuration(epochs: 20)
    training.evaluateEveryEpochs = 2
    training.patience = 3
    training.patienceUnit = unit
    let (recorder, end) = try run(toy, training)
    #expect(end == .stoppedEarly)
    #expect(recorder.ends == [.stoppedEarly])
    let expected = unit == .evaluations ? [0, 0, 0, 1, 1, 2, 2, 3] : [1, 0, 1, 2, 3]
    #expect(recorder.epochs.map(\.sinceBest) == expected)
  }

  @Test func scheduleIsToldOfEvaluationsAlone() throws {
    func rates(missing: Double?) throws -> [Double?] {
      let toy = ToyExperiment()
      toy.objectives = [1, nil, nil, nil, nil, nil]
      var training = configuration(epochs: 6)
      training.plateau = .init(factor: 0.5, patience: 1)
      training.objectiveWhenMissing = missing
      return try run(toy, training).0.epochs.map(\.learningRate)
    }
    #expect(try rates(missing: nil) == [Double](repeating: 0.01, count: 6))
    // A sentinel, as published systems feed it: two bad ones, then the rate falls.
    #expect(try rates(missing: 1e9) == [0.01, 0.01, 0.01, 0.005, 0.005, 0.0025])
  }

  @Test func scheduleIsNotToldOfEpochsWithoutEvaluation() throws {
    let toy = ToyExperiment()
    toy.objectives = [Double?](repeating: 1, count: 6)
    var training = configuration(epochs: 6)
    training.evaluateEveryEpochs = 2
    training.plateau = .init(factor: 0.5, patience: 0)
    training.objectiveWhenMissing = 1e9
    let rates = try run(toy, training).0.epochs.map(\.learningRate)
    #expect(rates == [0.01, 0.01, 0.01, 0.01, 0.005, 0.005])
  }

  @Test func anObjectiveThatIsNoNumberIsNeverBest() throws {
    let toy = ToyExperiment()
    toy.objectives = [.nan, 3, .nan, 2]
    let (recorder, _) = try run(toy, configuration(epochs: 4))
    #expect(recorder.epochs.map(\.isBest) == [false, true, false, true])
  }

  @Test func epochTotalsAreSumsOverTheirSteps() throws {
    let toy = ToyExperiment(items: 30)
    toy.fault = (item: 17, epoch: 2)
    let (recorder, _) = try run(toy, configuration(epochs: 3))
    for epoch in recorder.epochs {
      let steps = recorder.steps.filter { $0.epoch == epoch.epoch }
      let taken = steps.filter { $0.outcome == .taken }
      let isFaulty = epoch.epoch == 2
      #expect(steps.count == 4)
      #expect(epoch.outcomes == (isFaulty ? [3, 0, 0, 1, 0, 0] : [4, 0, 0, 0, 0, 0]))
      #expect(epoch.step == steps.last?.step)
      let losses = taken.compactMap(\.loss)
      #expect(epoch.loss == losses.reduce(0, +) / Double(taken.count))
      for (index, term) in epoch.terms.enumerated() {
        let parts = taken.map { $0.terms[index] }
        #expect(parts.allSatisfy { $0.name == term.name })
        #expect(term.raw == parts.reduce(0) { $0 + $1.raw } / Double(taken.count))
        #expect(term.weighted == parts.reduce(0) { $0 + $1.weighted } / Double(taken.count))
      }
      let sum = epoch.terms.reduce(0) { $0 + $1.weighted }
      #expect(abs(sum - (try #require(epoch.loss))) <= 1e-12 * sum)
      let norms = taken.compactMap(\.normBeforeClip)
      #expect(epoch.largestNorm == norms.max())
      #expect(epoch.meanNorm == norms.reduce(0, +) / Double(taken.count))
      let clipped = taken.count { ($0.clipCoefficient ?? 1) < 1 }
      #expect(epoch.clipRatio == Double(clipped) / Double(taken.count))
    }
    #expect(recorder.epochs.contains { ($0.clipRatio ?? 0) > 0 })
    #expect(recorder.warnings.count == 1)
    #expect(recorder.warnings.first?.contains("refused") == true)
  }

  @Test func withoutClippingThereIsNoClipRatio() throws {
    var training = configuration(epochs: 1)
    training.optimizer.clipNorm = nil
    #expect(try run(ToyExperiment(), training).0.epochs[0].clipRatio == nil)
  }

  @Test func stopPolicyEndsTheRunAtTheStep() throws {
    let toy = ToyExperiment(items: 30)
    toy.fault = (item: 17, epoch: 2)
    var training = configuration(epochs: 3)
    training.nonFinite = .stop
    let (recorder, end) = try run(toy, training)
    #expect(end == .diverged)
    #expect(recorder.steps.last?.outcome == .stopped)
    #expect(recorder.steps.last?.epoch == 2)
    #expect(recorder.epochs.count == 1)
  }

  @Test func orderDependsOnSeedAndEpochAlone() throws {
    func order(_ batchSize: Int, loopSeed: UInt64, modelSeed: UInt64) throws -> [[Int32]] {
      let toy = ToyExperiment(items: 22, seed: modelSeed)
      var training = configuration(epochs: 3, batchSize: batchSize)
      training.seed = loopSeed
      _ = try run(toy, training)
      return (1...3).map { epoch in toy.batches.filter { $0.epoch == epoch }.flatMap(\.items) }
    }
    let first = try order(8, loopSeed: 21, modelSeed: 5)
    #expect(try order(5, loopSeed: 21, modelSeed: 6) == first)
    let other = try order(8, loopSeed: 22, modelSeed: 5)
    #expect(Set(first + other).count == 6)
    #expect(first.allSatisfy { $0.sorted() == (0..<22).map { Int32($0) } })
  }

  @Test func lastBatchMayBeSmaller() throws {
    let toy = ToyExperiment(items: 22)
    let (recorder, _) = try run(toy, configuration(epochs: 2))
    #expect(recorder.steps.map(\.items) == [8, 8, 6, 8, 8, 6])
    #expect(recorder.steps.map(\.batch) == [1, 2, 3, 1, 2, 3])
    #expect(recorder.steps.map(\.epoch) == [1, 1, 1, 2, 2, 2])
    #expect(recorder.steps.map(\.step) == Array(1...6))
    #expect(toy.batches.map(\.items.count) == [8, 8, 6, 8, 8, 6])
  }

  /// An interruption asked for while the second epoch ends, of three or of two.
  @Test(arguments: [(3, RunEnd.interrupted), (2, .finished)])
  func interruptionAtTheVeryEndChangesNothing(_ epochs: Int, _ expected: RunEnd) throws {
    let recorder = Recorder()
    let loop = try TrainingLoop(
      ToyExperiment(), configuration(epochs: epochs), on: try Machine(threads: 1),
      observers: [recorder], isInterrupted: { recorder.epochs.count == 2 })
    #expect(try loop.run() == expected)
    #expect(recorder.ends == [expected])
    #expect(recorder.epochs.count == 2)
  }
}
