import Testing
import ThalwegAutodiff
import ThalwegFormats
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// Random draws in training depend on seed and step alone.
@Suite struct DrawStepTests {
  /// Keeps half of the entries of a weight, by draws of the step.
  private final class Noisy: Experiment {
    let name = "noisy"
    let parameters = Parameters()
    let trainingItemCount = 12
    var masks: [[Double]] = []
    private let weight: Parameter
    private let running: StateTensor

    init() {
      let builder = Builder(parameters, seed: 1)
      weight = builder.parameter("weight", Shape(20), .uniform(bound: 1))
      running = builder.state("running", Shape(20), .zeros)
    }

    func forward(_ items: UnsafeBufferPointer<Int32>, _ pass: Pass, epoch: Int) {
      let stream = pass.random("mask")
      let mask = (0..<20).map { stream.uniform($0) < 0.5 ? 0 : 2.0 }
      masks.append(mask)
      let masked = pass[weight] * pass.constant(mask, Shape(20))
      pass.propose(running, pass[running].affine(scale: 0.9) + masked.affine(scale: 0.1))
      pass.minimize("error", (masked - 1).square().sum())
    }

    func evaluate(on machine: Machine, epoch: Int) -> EvaluationRecord {
      EvaluationRecord(metrics: [], objective: nil)
    }
  }

  private func loop(_ noisy: Noisy, seed: UInt64 = 3, epochs: Int = 3) throws -> TrainingLoop {
    try TrainingLoop(
      noisy,
      TrainingConfiguration(
        epochs: epochs, batchSize: 4, seed: seed, optimizer: .init(.adam, learningRate: 0.1)),
      on: try Machine(threads: 1))
  }

  @Test func `each step draws anew, each run the same`() throws {
    let (first, again, other) = (Noisy(), Noisy(), Noisy())
    let loop = try loop(first)
    _ = try loop.run()
    _ = try self.loop(again).run()
    _ = try self.loop(other, seed: 4).run()
    #expect(Set(first.masks).count == 9)
    #expect(again.masks == first.masks)
    #expect(first.parameters.values.bytes.elementsEqual(again.parameters.values.bytes))
    #expect(Set(first.masks).isDisjoint(with: other.masks))
  }

  @Test func `a resumed run draws what it would have drawn`() throws {
    let (whole, rest) = (Noisy(), Noisy())
    _ = try loop(whole).run()
    let half = Noisy()
    let first = try loop(half, epochs: 1)
    _ = try first.run()
    let resumed = try loop(rest)
    Snapshot(of: first.trainer.optimizer).restore(resumed.trainer.optimizer)
    resumed.trainer.restore(step: 3, outcomes: first.trainer.outcomes)
    resumed.state = first.state
    _ = try resumed.run()
    #expect(half.masks + rest.masks == whole.masks)
    #expect(rest.parameters.values.bytes.elementsEqual(whole.parameters.values.bytes))
    #expect(rest.parameters.states.bytes.elementsEqual(whole.parameters.states.bytes))
    #expect(rest.parameters.states.bytes.contains { $0 != 0 })
  }
}
