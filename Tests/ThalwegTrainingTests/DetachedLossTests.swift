import Testing
import ThalwegAutodiff
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// A loss that lost its graph, and losses that keep it however many samples they are made of.
@Suite struct DetachedLossTests {
  private static func accumulated(
    _ samples: Range<Int32>, of toy: ToyExperiment, _ pass: Pass
  ) {
    var total: Value?
    for sample in samples {
      let loss = toy.loss([sample], pass)
      total = total.map { $0 + loss } ?? loss
    }
    if let total { pass.minimize("error", total) }
  }

  private func gradients(of samples: Range<Int32>) throws -> [Double] {
    let toy = ToyExperiment(.float64)
    let tape = Tape(try Machine(threads: 1), toy.parameters)
    Self.accumulated(samples, of: toy, Pass(tape, .train))
    tape.backward()
    return try toy.parameters.paths.flatMap { path in
      let parameter = try #require(toy.parameters[path])
      return (0..<parameter.shape.count).map { toy.parameters.gradient(parameter, $0) }
    }
  }

  @Test(arguments: [Int32(0), 1, 8])
  func accumulationFromNothingKeepsTheGraph(_ count: Int32) throws {
    let toy = ToyExperiment()
    let trainer = try Trainer(
      toy.parameters, OptimizerConfiguration(), on: try Machine(threads: 1))
    let before = OptimizerBytes(trainer.optimizer)
    let record = trainer.step { Self.accumulated(0..<count, of: toy, $0) }
    let isEmpty = count == 0
    #expect(record.outcome == (isEmpty ? .empty : .taken))
    #expect((record.loss == nil) == isEmpty)
    #expect((OptimizerBytes(trainer.optimizer) == before) == isEmpty)
    #expect(trainer.optimizer.updates == [Int](repeating: isEmpty ? 0 : 1, count: 4))
    #expect(trainer.gradientSummary()?.noPath == (isEmpty ? nil : 0))
  }

  @Test func gradientOfEightIsTheSumOfEight() throws {
    let whole = try gradients(of: 0..<8)
    var sum = [Double](repeating: 0, count: whole.count)
    for sample in Int32(0)..<8 {
      for (index, part) in try gradients(of: sample..<sample + 1).enumerated() {
        sum[index] += part
      }
    }
    #expect(whole.contains { abs($0) > 0.1 })
    for (left, right) in zip(whole, sum) {
      #expect(abs(left - right) <= 1e-12 * max(1, abs(left)))
    }
  }

  @Test func lossFromANumberLeavesNoGradientAtAll() throws {
    let toy = ToyExperiment()
    let trainer = try Trainer(
      toy.parameters, OptimizerConfiguration(weightDecay: 0.1), on: try Machine(threads: 1))
    trainer.step { Self.accumulated(0..<8, of: toy, $0) }
    let before = OptimizerBytes(trainer.optimizer)
    let record = trainer.step { pass in
      let loss = toy.loss([0, 1], pass)
      pass.minimize("error", pass.constant([Float(loss.item)], .scalar))
    }
    #expect(record.outcome == .noPath)
    #expect(trainer.count(.noPath) == 1)
    #expect(record.loss?.isFinite == true)
    #expect(record.normBeforeClip == nil)
    #expect(OptimizerBytes(trainer.optimizer) == before)
    trainer.tape.backward(only: "error")
    for path in toy.parameters.paths {
      let parameter = try #require(toy.parameters[path])
      guard case .noPath(let end) = trainer.tape.reach(parameter, from: "error") else {
        Issue.record("\(path) was reached")
        continue
      }
      #expect(end.kind == .dropped)
      #expect(end.operation == "sum")
      #expect(end.terms.isEmpty)
    }
    // Nothing of the step before is told as if it were of this one.
    #expect(trainer.optimizer.statistics.allSatisfy { !$0.isReached && $0.updateNorm == nil })
    #expect(trainer.gradientSummary() == nil)
  }

  /// An experiment whose loss is a number put back on the tape.
  private final class Detached: Experiment {
    let toy = ToyExperiment()
    let name = "detached"
    var parameters: Parameters { toy.parameters }
    var trainingItemCount: Int { toy.trainingItemCount }

    func forward(_ items: UnsafeBufferPointer<Int32>, _ pass: Pass, epoch: Int) {
      let loss = toy.loss(Array(items), pass)
      pass.minimize("error", pass.constant([Float(loss.item)], .scalar))
    }

    func evaluate(on machine: Machine, epoch: Int) -> EvaluationRecord {
      EvaluationRecord(metrics: [], objective: nil)
    }
  }

  @Test func loopCountsEveryStepAndWarnsOnce() throws {
    let detached = Detached()
    let recorder = Recorder()
    let loop = try TrainingLoop(
      detached,
      TrainingConfiguration(
        epochs: 4, batchSize: 4, seed: 1, optimizer: OptimizerConfiguration(weightDecay: 0.1)),
      on: try Machine(threads: 1), observers: [recorder])
    let before = OptimizerBytes(loop.trainer.optimizer)
    #expect(try loop.run() == .finished)
    #expect(loop.trainer.count(.noPath) == 20)
    #expect(recorder.warnings.count == 1)
    #expect(recorder.warnings.first?.contains("no parameter lies behind the loss") == true)
    #expect(recorder.epochs.allSatisfy { $0.gradient == nil && $0.largestNorm == nil })
    #expect(recorder.epochs.allSatisfy { $0.outcomes == [0, 0, 5, 0, 0, 0] })
    #expect(OptimizerBytes(loop.trainer.optimizer) == before)
  }
}
