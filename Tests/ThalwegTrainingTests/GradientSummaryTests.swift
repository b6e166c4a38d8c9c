import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

@Suite struct GradientSummaryTests {
  /// The summary of a step in which the parameters a, b, ... have these gradients.
  private func summary(_ gradients: [[Double]]) throws -> GradientSummary {
    let parameters = Parameters(.float32)
    let root = Builder(parameters, seed: 1)
    let all = zip("abcdef", gradients).map { name, gradient in
      root.parameter("\(name)", Shape(gradient.count), .uniform(bound: 1))
    }
    let trainer = try Trainer(parameters, OptimizerConfiguration(), on: try Machine(threads: 1))
    trainer.step { pass in
      for (index, gradient) in gradients.enumerated() {
        let product = pass[all[index]] * pass.constant(gradient, Shape(gradient.count))
        pass.minimize("\(index)", product.sum())
      }
    }
    return try #require(trainer.gradientSummary())
  }

  @Test func ofEqualNormsTheEarlierStandsFirst() throws {
    let found = try summary([[1, 0], [2], [0, 1], [2], [1], [2]])
    #expect(found.top.map(\.path) == ["b", "d", "f"])
    #expect(found.top.map(\.norm) == [2, 2, 2])
    #expect(try summary([[1], [1], [2], [1]]).top.map(\.path) == ["c", "a", "b"])
  }

  @Test func zeroIsOfEveryEntry() throws {
    let found = try summary([[0, 0], [0, 1], [0], [1, 1]])
    #expect(found.zero == 2)
    #expect(found.noPath == 0)
  }
}
