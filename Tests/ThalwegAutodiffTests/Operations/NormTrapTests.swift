import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Operands of products, windows and normalizations that do not fit stop the program.
@Suite struct NormTrapTests {
  private static func values() throws -> (block: Value, matrix: Value, vector: Value) {
    let model = try Model([
      ("block", [2, 3, 4], [Double](repeating: 1, count: 24)),
      ("matrix", [2, 3], [1, 2, 3, 4, 5, 6]),
      ("vector", [3], [1, 2, 3]),
    ])
    let pass = model.pass()
    _ = pass.enter(model.parameters.place("net.head"))
    return (pass[model.handle(0)], pass[model.handle(1)], pass[model.handle(2)])
  }

  @Test func `products`() async {
    let batches = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (block, _, _) = try Self.values()
      _ = block.matrixProduct(block.reshaped(to: [3, 4, 2]))
    }
    #expect(
      trapText(batches).contains(
        "matrixProduct: shapes [2, 3, 4] and [3, 4, 2] do not fit, in net.head"))
    let vector = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (_, matrix, vector) = try Self.values()
      _ = matrix.matrixProduct(vector)
    }
    #expect(
      trapText(vector).contains("matrixProduct: shapes [2, 3] and [3] do not fit, in net.head"))
    let power = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try Self.values().matrix.matrixPower(2)
    }
    #expect(trapText(power).contains("matrixPower: n = 2 of shape [2, 3], in net.head"))
    let negative = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try Self.values().block.reshaped(to: [6, 2, 2]).matrixPower(-1)
    }
    #expect(trapText(negative).contains("matrixPower: n = -1 of shape [6, 2, 2]"))
  }

  @Test func `convolution`() async {
    let channels = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (block, _, vector) = try Self.values()
      _ = block.convolved(weight: block.reshaped(to: [6, 2, 2]), bias: vector)
    }
    #expect(
      trapText(channels).contains(
        "convolution: shapes [2, 3, 4], weight [6, 2, 2] and bias [3] do not fit, in net.head"))
    let kernel = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let block = try Self.values().block
      _ = block.convolved(weight: block, dilation: 2)
    }
    #expect(
      trapText(kernel).contains(
        "convolution: kernel 4, stride 1, padding 0 and dilation 2 for length 4, in net.head"))
    let stride = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let block = try Self.values().block
      _ = block.convolved(weight: block, stride: 0)
    }
    #expect(trapText(stride).contains("convolution: kernel 4, stride 0"))
  }

  @Test func `pooling`() async {
    let padding = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try Self.values().block.maximumPooled(kernel: 3, padding: 2)
    }
    #expect(
      trapText(padding).contains(
        "maximumPool: kernel 3, stride 3 and padding 2 for length 4, in net.head"))
    let long = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try Self.values().block.averagePooled(kernel: 5)
    }
    #expect(trapText(long).contains("averagePool: kernel 5, stride 5 and padding 0 for length 4"))
    let matrix = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try Self.values().matrix.averagePooled(kernel: 1)
    }
    #expect(trapText(matrix).contains("averagePool: shape [2, 3] has not three axes, in net.head"))
    let adaptive = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try Self.values().block.adaptiveMaximumPooled(0)
    }
    #expect(trapText(adaptive).contains("maximumPool: shape [2, 3, 4] to length 0, in net.head"))
  }

  @Test func `normalizations`() async {
    let gain = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (block, _, vector) = try Self.values()
      _ = block.layerNormalized(gain: vector)
    }
    #expect(
      trapText(gain).contains(
        "layerNormalize: shapes [2, 3, 4] and gain [3] do not fit, in net.head"))
    let offset = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (block, matrix, _) = try Self.values()
      _ = block.groupNormalized(1, offset: matrix)
    }
    #expect(
      trapText(offset).contains(
        "groupNormalize: shapes [2, 3, 4] and offset [2, 3] do not fit, in net.head"))
    let groups = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try Self.values().block.groupNormalized(2)
    }
    #expect(trapText(groups).contains("groupNormalize: 2 groups of shape [2, 3, 4], in net.head"))
    let epsilon = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try Self.values().block.layerNormalized(epsilon: -1)
    }
    #expect(trapText(epsilon).contains("layerNormalize: epsilon -1.0, in net.head"))
    let axes = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = try Self.values().vector.batchNormalized()
    }
    #expect(
      trapText(axes).contains(
        "batchNormalize: shape [3] has not two or three axes, in net.head"))
    let given = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let (block, matrix, vector) = try Self.values()
      _ = block.batchNormalized(mean: vector, variance: matrix)
    }
    #expect(
      trapText(given).contains(
        "batchNormalize: shapes [2, 3, 4], mean [3] and variance [2, 3] do not fit, in net.head"))
  }
}
