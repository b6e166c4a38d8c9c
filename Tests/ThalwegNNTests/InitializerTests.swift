import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegTensor

@Suite struct InitializerTests {
  private static let count = 20_000

  private func drawn(_ initializer: Initializer) -> [Double] {
    let parameters = Parameters(.float64)
    let parameter = Builder(parameters, seed: 7).parameter("p", Shape(Self.count), initializer)
    return parameters.tensor(parameter).doubles
  }

  private func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }

  private func expectUniform(
    _ numbers: [Double], bound: Double, at location: SourceLocation = #_sourceLocation
  ) {
    #expect(numbers.allSatisfy { $0 >= -bound && $0 < bound }, sourceLocation: location)
    #expect((numbers.max() ?? 0) > 0.99 * bound, sourceLocation: location)
    #expect((numbers.min() ?? 0) < -0.99 * bound, sourceLocation: location)
    #expect(abs(mean(numbers)) < 0.03 * bound, sourceLocation: location)
    let variance = mean(numbers.map { $0 * $0 }) / (bound * bound / 3)
    #expect(abs(variance - 1) < 0.03, sourceLocation: location)
  }

  @Test func `constants are what they are`() {
    #expect(drawn(.constant(0.25)).allSatisfy { $0 == 0.25 })
    #expect(drawn(.zeros).allSatisfy { $0 == 0 })
  }

  @Test func `uniform draws fill their bounds`() {
    expectUniform(drawn(.uniform(bound: 3)), bound: 3)
    expectUniform(drawn(.kaimingUniform(fanIn: 16)), bound: 0.25)
    expectUniform(drawn(.glorotUniform(fanIn: 10, fanOut: 14)), bound: 0.5)
  }

  @Test func `normal draws have the given deviation`() {
    let numbers = drawn(.normal(standardDeviation: 2))
    #expect(abs(mean(numbers)) < 0.05)
    #expect(abs(mean(numbers.map { $0 * $0 }) / 4 - 1) < 0.04)
    #expect(abs(mean(numbers.map { $0 * $0 * $0 * $0 }) / 16 - 3) < 0.3)
  }

  @Test func `a linear layer draws weight and bias within one over the root of its inputs`() {
    let parameters = Parameters(.float64)
    let layer = Linear(100, 200, in: Builder(parameters, seed: 3))
    expectUniform(parameters.tensor(layer.weight).doubles, bound: 0.1)
    let bias = parameters.tensor(layer.bias).doubles
    #expect(bias.allSatisfy { abs($0) <= 0.1 })
    #expect((bias.map { abs($0) }.max() ?? 0) > 0.09)
    #expect(layer.weight.shape == [100, 200])
    #expect(layer.bias.shape == [200])
  }
}
