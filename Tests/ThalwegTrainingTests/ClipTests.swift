import Testing
import ThalwegAutodiff
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

@Suite struct ClipTests {
  private func records(
    clipNorm: Double?, _ rule: OptimizerConfiguration.Rule
  ) throws -> [StepRecord] {
    let toy = ToyExperiment()
    let trainer = try Trainer(
      toy.parameters,
      OptimizerConfiguration(rule, learningRate: 0.05, clipNorm: clipNorm),
      on: try Machine(threads: 1))
    return (0..<20).map { step in
      [Int32(step)].asItems { items in trainer.step { toy.forward(items, $0, epoch: 1) } }
    }
  }

  @Test(arguments: OptimizerConfiguration.Rule.allCases)
  func normBeforeCoefficientAndNormAfterAreThreeNumbers(
    _ rule: OptimizerConfiguration.Rule
  ) throws {
    var clipped = 0
    for record in try records(clipNorm: 2, rule) {
      let before = try #require(record.normBeforeClip)
      let coefficient = try #require(record.clipCoefficient)
      let after = try #require(record.normAfterClip)
      #expect(abs(after - before * coefficient) <= 1e-6 * after)
      #expect(coefficient == min(1, 2 / (before + 1e-6)))
      if coefficient < 1 {
        clipped += 1
        #expect(before > after && abs(after - 2) < 1e-5)
      }
    }
    #expect(clipped > 0 && clipped < 20)
  }

  @Test func withoutClippingTheCoefficientIsOne() throws {
    for record in try records(clipNorm: nil, .adam) {
      #expect(record.clipCoefficient == 1)
      let before = try #require(record.normBeforeClip)
      let after = try #require(record.normAfterClip)
      #expect(abs(after - before) <= 1e-6 * before)
    }
  }

  /// Parameters of norm 5 and 0 with gradients of norm 10 and 0.5.
  private func step(
    _ change: (inout OptimizerConfiguration) -> Void
  ) throws -> (record: StepRecord, gradients: [Double], values: [Double]) {
    let parameters = Parameters(.float64)
    let large = parameters.register("large", [2]) { [3, 4][$0] }
    let small = parameters.register("small", [2]) { _ in 0 }
    var configuration = OptimizerConfiguration(.sgd, learningRate: 1)
    change(&configuration)
    let trainer = try Trainer(parameters, configuration, on: Machine(threads: 1))
    let record = trainer.step { pass in
      pass.minimize("large", (pass[large] * pass.constant([6.0, -8], [2])).sum())
      pass.minimize("small", (pass[small] * pass.constant([0.3, 0.4], [2])).sum())
    }
    return (
      record, [large, small].flatMap { p in (0..<2).map { parameters.gradient(p, $0) } },
      [large, small].flatMap { p in (0..<2).map { parameters.value(p, $0) } }
    )
  }

  @Test func `values beyond the limit are set to it`() throws {
    let (record, gradients, values) = try step { $0.clipValue = 0.35 }
    #expect(gradients == [0.35, -0.35, 0.3, 0.35])
    #expect(values == [3 - 0.35, 4 + 0.35, -0.3, -0.35])
    #expect(record.clippedTensors == 2)
    #expect(record.clipCoefficient == nil)
    #expect(record.isClipped == true)
    let before = try #require(record.normBeforeClip)
    #expect(abs(before - 100.25.squareRoot()) < 1e-12)
    let after = try #require(record.normAfterClip)
    #expect(abs(after - (3 * 0.35 * 0.35 + 0.09).squareRoot()) < 1e-12)
    #expect(try step { $0.clipValue = 7 }.record.clippedTensors == 1)
    let none = try step { $0.clipValue = 8 }.record
    #expect(none.clippedTensors == 0 && none.isClipped == false)
    #expect(none.normAfterClip == none.normBeforeClip)
  }

  @Test func `each tensor is brought to its own share of its parameter`() throws {
    // 0.4 * 5 = 2 for the one, 0.4 * 1e-3 for the other, which is 0.
    let (record, gradients, values) = try step { $0.clipAdaptive = 0.4 }
    #expect(gradients == [6, -8, 0.3, 0.4])
    for (got, expected) in zip(values, [3 - 1.2, 4 + 1.6, -2.4e-4, -3.2e-4]) {
      #expect(abs(got - expected) < 1e-15)
    }
    #expect(record.clippedTensors == 2 && record.clipCoefficient == nil)
    let after = try #require(record.normAfterClip)
    #expect(abs(after - (4 + 1.6e-7).squareRoot()) < 1e-12)
    #expect(try step { $0.clipAdaptive = 2 }.record.clippedTensors == 1)
    #expect(try step { $0.clipAdaptive = 501 }.record.isClipped == false)
  }

  @Test func `ratios of an epoch count every way of clipping`() throws {
    for (change, expected): ((inout OptimizerConfiguration) -> Void, Double?) in [
      ({ $0.clipValue = 1e-6 }, 1), ({ $0.clipValue = 1e6 }, 0), ({ $0.clipAdaptive = 1e-6 }, 1),
      ({ $0.clipNorm = 1e-6 }, 1), ({ _ in }, nil),
    ] {
      var configuration = OptimizerConfiguration(learningRate: 0.01)
      change(&configuration)
      let recorder = Recorder()
      let loop = try TrainingLoop(
        ToyExperiment(),
        TrainingConfiguration(epochs: 1, batchSize: 4, seed: 1, optimizer: configuration),
        on: try Machine(threads: 1), observers: [recorder])
      _ = try loop.run()
      #expect(recorder.epochs.map(\.clipRatio) == [expected])
    }
  }
}
