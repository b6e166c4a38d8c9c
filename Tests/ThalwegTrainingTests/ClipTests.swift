import Testing
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
}
