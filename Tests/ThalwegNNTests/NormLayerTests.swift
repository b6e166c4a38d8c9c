import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegTensor

/// How embeddings, convolutions and normalizations start, and what they refuse.
@Suite struct NormLayerTests {
  @Test func `normalizations start as the identity`() throws {
    let parameters = Parameters(.float64)
    let root = Builder(parameters, seed: 1)
    let layer = LayerNorm(3, in: root / "layer")
    let group = GroupNorm(2, 4, in: root / "group")
    let batch = BatchNorm1d(5, in: root / "batch")
    for (weight, bias) in [
      (layer.weight, layer.bias), (group.weight, group.bias), (batch.weight, batch.bias),
    ] {
      #expect(parameters.tensor(weight).doubles.allSatisfy { $0 == 1 })
      #expect(parameters.tensor(bias).doubles.allSatisfy { $0 == 0 })
    }
    #expect(parameters.tensor(batch.runningMean).doubles == [0, 0, 0, 0, 0])
    #expect(parameters.tensor(batch.runningVariance).doubles == [1, 1, 1, 1, 1])
    #expect(
      parameters.allStates.map(\.path) == ["batch.running_mean", "batch.running_var"])
    #expect(
      parameters.paths == [
        "layer.weight", "layer.bias", "group.weight", "group.bias", "batch.weight", "batch.bias",
      ])
  }

  @Test func `embeddings start standard normal, convolutions within Kaiming's bound`() throws {
    let parameters = Parameters(.float64)
    let root = Builder(parameters, seed: 1)
    let table = parameters.tensor(Embedding(200, 50, in: root / "table").weight).doubles
    let mean = table.reduce(0, +) / 10_000
    let square = table.reduce(0) { $0 + $1 * $1 } / 10_000
    #expect(abs(mean) < 0.05 && abs(square - 1) < 0.07)
    let layer = Conv1d(4, 30, kernel: 5, in: root / "conv")
    let bound = 1 / 20.0.squareRoot()
    for parameter in [layer.weight, try #require(layer.bias)] {
      let numbers = parameters.tensor(parameter).doubles
      #expect(numbers.allSatisfy { abs($0) <= bound })
      #expect(numbers.contains { $0 > 0.8 * bound } && numbers.contains { $0 < -0.8 * bound })
    }
    #expect(layer.weight.shape == [30, 4, 5])
  }

  @Test func `evaluation uses the running statistics and changes nothing`() throws {
    let parameters = Parameters(.float64)
    let layer = BatchNorm1d(1, epsilon: 0, in: Builder(parameters, seed: 1) / "batch")
    parameters.setValue(layer.runningMean, 0, to: 2)
    parameters.setValue(layer.runningVariance, 0, to: 4)
    let pass = Pass(Tape(try Machine(threads: 1), parameters), .evaluate)
    // One value of the channel is enough here.
    #expect(layer(pass.constant([8.0], Shape(1, 1)), pass).tensor.doubles == [3])
    #expect(parameters.tensor(layer.runningMean).doubles == [2])
  }

  @Test func `one value of a channel traps in training`() async {
    for isLong in [false, true] {
      let result =
        isLong
        ? await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          try Self.train(Shape(1, 3, 1))
        }
        : await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
          try Self.train(Shape(1, 3))
        }
      let shape = isLong ? "[1, 3, 1]" : "[1, 3]"
      #expect(
        trapText(result).contains(
          "batchNormalize: 1 value of each channel in shape \(shape), at least two are needed, "
            + "in net.batch"))
    }
  }

  private static func train(_ shape: Shape) throws {
    let parameters = Parameters(.float32)
    let layer = BatchNorm1d(3, in: Builder(parameters, seed: 1) / "net" / "batch")
    let pass = Pass(Tape(try Machine(threads: 1), parameters), .train)
    _ = layer(pass.constant([1.0, 2, 3], shape), pass)
  }
}
