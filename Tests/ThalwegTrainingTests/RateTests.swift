import Testing
import ThalwegAutodiff
import ThalwegFormats
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// Rates by step against torch's LinearLR, CosineAnnealingLR and StepLR, and in a training.
@Suite struct RateTests {
  private func schedule(_ entry: Golden.Entry) throws -> Schedule {
    let steps = try #require(entry.json["decay_steps"]?.int)
    let amount = try #require(entry.json["decay_amount"]?.double)
    let decay: Schedule.Decay =
      switch entry.json["decay"]?.string {
      case "cosine": .cosine(steps: steps, floor: amount)
      case "step": .step(every: steps, factor: amount)
      default: .none
      }
    return Schedule(
      warmUpSteps: try #require(entry.json["warm_up_steps"]?.int),
      warmUpStart: try #require(entry.json["warm_up_start"]?.double), decay: decay)
  }

  private func trainer(_ schedule: Schedule) throws -> (Trainer, Parameter) {
    let parameters = Parameters(.float64)
    let p = parameters.register("p", .scalar) { _ in 0 }
    let trainer = try Trainer(
      parameters, .init(.sgd, learningRate: 0.5), on: Machine(threads: 1), schedule: schedule)
    return (trainer, p)
  }

  @Test func `rates are torch's at every step, and the update uses them`() throws {
    let entries = try Golden("optimizers").entries("rates")
    #expect(entries.count == 8)
    for entry in entries {
      let schedule = try schedule(entry)
      let (trainer, p) = try trainer(schedule)
      var sum = 0.0
      for (index, expected) in try entry.numbers("rates").enumerated() {
        #expect(
          abs(0.5 * schedule.factor(at: index + 1) - expected) <= 1e-15,
          "\(entry.name), step \(index + 1)")
        let record = trainer.step { $0.minimize("pull", $0[p]) }
        #expect(record.learningRate == 0.5 * schedule.factor(at: index + 1))
        sum += expected
        #expect(abs(trainer.optimizer.parameters.value(p, 0) + sum) <= 1e-13)
      }
    }
  }

  @Test func `beyond its steps a cosine stays at its floor`() {
    let schedule = Schedule(decay: .cosine(steps: 10, floor: 0.2))
    #expect((11...30).map(schedule.factor) == [Double](repeating: 0.2, count: 20))
    #expect(schedule.factor(at: 10) > 0.2)
  }

  @Test func `steps that are not taken use their place up`() throws {
    let schedule = Schedule(warmUpSteps: 4, warmUpStart: 0.2)
    let (trainer, p) = try trainer(schedule)
    trainer.step { _ in }
    trainer.step { $0.minimize("bad", $0.constant([Double.nan], .scalar)) }
    let record = trainer.step { $0.minimize("pull", $0[p]) }
    #expect(record.learningRate == 0.5 * schedule.factor(at: 3))
    #expect(schedule.factor(at: 3) == 0.2 + 0.8 * 0.5)
    struct Failure: Error {}
    #expect(throws: Failure.self) { try trainer.step { _ in throw Failure() } }
    #expect(
      trainer.step { $0.minimize("pull", $0[p]) }.learningRate == 0.5 * schedule.factor(at: 4))
  }

  @Test func `schedule and plateau multiply`() throws {
    let toy = ToyExperiment(items: 16)
    toy.objectives = [1, 1, 1, 1]
    var configuration = TrainingConfiguration(
      epochs: 4, batchSize: 8, seed: 1, optimizer: .init(.sgd, learningRate: 0.04))
    configuration.schedule = Schedule(
      warmUpSteps: 2, warmUpStart: 0.5, decay: .step(every: 3, factor: 0.5))
    configuration.plateau = .init(factor: 0.25, patience: 0, cooldown: 1)
    let recorder = Recorder()
    let loop = try TrainingLoop(
      toy, configuration, on: try Machine(threads: 1), observers: [recorder])
    _ = try loop.run()
    // The plateau lowers after epochs 2 and 4, two steps each.
    let factors = [0.5, 0.75, 1, 1, 1 * 0.25, 0.5 * 0.25, 0.5 * 0.25, 0.5 * 0.25]
    for (record, factor) in zip(recorder.steps, factors) {
      #expect(abs((try #require(record.learningRate)) - 0.04 * factor) <= 1e-16)
    }
    #expect(
      recorder.epochs.map(\.learningRate) == [1, 3, 5, 7].map { recorder.steps[$0].learningRate })
    #expect(abs(loop.trainer.optimizer.learningRate - 0.04 / 16) <= 1e-16)
  }

  @Test(arguments: [
    Schedule(warmUpSteps: -1), Schedule(warmUpStart: 0), Schedule(warmUpStart: 1.5),
    Schedule(decay: .cosine(steps: 0, floor: 0)), Schedule(decay: .cosine(steps: 5, floor: 1.5)),
    Schedule(decay: .cosine(steps: 5, floor: .nan)), Schedule(decay: .step(every: 0, factor: 0.5)),
    Schedule(decay: .step(every: 2, factor: 0)), Schedule(decay: .step(every: 2, factor: 2)),
  ])
  func `numbers without a meaning are refused`(_ schedule: Schedule) throws {
    #expect(throws: OptimizerError.self) { _ = try trainer(schedule) }
  }
}
