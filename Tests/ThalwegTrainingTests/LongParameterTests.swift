import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

/// Gradients so long that their statistics are taken in parts.
@Suite struct LongParameterTests {
  private static let count = 200_000

  private struct Found: Equatable {
    var norm: Double?
    var zeros: Int?
    var nonFinite: Int?
    var outcome: StepOutcome
  }

  /// - Parameter terms: how often the gradient comes.
  private static func found(
    _ gradient: [Double], terms: Int = 1, threads: Int
  ) throws -> Found {
    let parameters = Parameters(.float32)
    let root = Builder(parameters, seed: 1)
    let parameter = root.parameter("w", Shape(gradient.count), .uniform(bound: 0.1))
    let trainer = try Trainer(
      parameters, OptimizerConfiguration(), on: try Machine(threads: threads))
    let record = trainer.step { pass in
      let product = pass[parameter] * pass.constant(gradient, Shape(gradient.count))
      for term in 0..<terms { pass.minimize("\(term)", product.sum()) }
    }
    let statistics = trainer.optimizer.statistics[0]
    return Found(
      norm: statistics.gradientNorm, zeros: statistics.zeros, nonFinite: statistics.nonFinite,
      outcome: record.outcome)
  }

  private static func gradient() -> [Double] {
    (0..<count).map { (place: Int) -> Double in
      let size = Float(place % 7 - 3) * 0.001
      return place % 5 == 0 ? 0 : Double(size)
    }
  }

  @Test(arguments: [65_535, 65_536, 65_537, 200_000])
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

  /// In the first part, one between and the last. Each term is finite, their sum is not.
  @Test(arguments: [0, 100_000, 199_999])
  func aBadEntryOfAnyPartIsCounted(place: Int) throws {
    var gradient = LongParameterTests.gradient()
    gradient[place] = 3e38
    let found = try LongParameterTests.found(gradient, terms: 2, threads: 2)
    #expect(found.nonFinite == 1 && found.outcome == .refused)
  }
}
