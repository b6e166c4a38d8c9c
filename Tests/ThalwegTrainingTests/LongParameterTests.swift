import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// Gradients so long that their statistics are taken in parts.
@Suite struct LongParameterTests {
  private static let count = 600_000

  private struct Found: Equatable {
    var norm: Double?
    var zeros: Int?
    var nonFinite: Int?
    var outcome: StepOutcome
  }

  private static func found(_ gradient: [Double], threads: Int) throws -> Found {
    let parameters = Parameters(.float32)
    let root = Builder(parameters, seed: 1)
    let parameter = root.parameter("w", Shape(gradient.count), .uniform(bound: 1))
    let trainer = try Trainer(
      parameters, OptimizerConfiguration(), on: try Machine(threads: threads))
    let record = trainer.step { pass in
      let product = pass[parameter] * pass.constant(gradient, Shape(gradient.count))
      pass.minimize("loss", product.sum())
    }
    let statistics = trainer.optimizer.statistics[0]
    return Found(
      norm: statistics.gradientNorm, zeros: statistics.zeros, nonFinite: statistics.nonFinite,
      outcome: record.outcome)
  }

  private static func gradient() -> [Double] {
    (0..<count).map { $0 % 5 == 0 ? 0 : Double(Float(0.001) * Float($0 % 7 - 3)) }
  }

  @Test(arguments: [65_535, 65_536, 65_537, 600_000])
  func partsAreAddedUp(count: Int) throws {
    let gradient = Array(LongParameterTests.gradient().prefix(count))
    let found = try LongParameterTests.found(gradient, threads: 2)
    let squares = gradient.reduce(0) { $0 + $1 * $1 }
    #expect(abs(try #require(found.norm) / squares.squareRoot() - 1) < 1e-5)
    #expect(found.zeros == gradient.filter { $0 == 0 }.count)
    #expect(found.nonFinite == 0 && found.outcome == .taken)
    for threads in [1, 5] {
      #expect(try LongParameterTests.found(gradient, threads: threads) == found)
    }
  }

  /// One bad entry in the last part, and in each of the others by turns.
  @Test(arguments: [0, 200_000, 599_999])
  func aBadEntryOfAnyPartIsCounted(place: Int) throws {
    var gradient = LongParameterTests.gradient()
    gradient[place] = .infinity
    let found = try LongParameterTests.found(gradient, threads: 2)
    #expect(found.nonFinite == 1 && found.outcome == .refused)
  }
}
