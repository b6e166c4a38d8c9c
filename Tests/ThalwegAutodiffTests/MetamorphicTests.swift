import Testing
import ThalwegAutodiff
import ThalwegTensor

/// What must not change the loss or the gradients, or must change them in a known way.
@Suite struct MetamorphicTests {
  private static let (rows, inputs, outputs) = (12, 5, 3)

  private static func drawn(_ path: String, _ count: Int) -> [Double] {
    let stream = RandomStream(seed: 6, path: path)
    return (0..<count).map { 2 * stream.uniform($0) - 1 }
  }

  private let x = drawn("x", rows * inputs)
  private let target = drawn("target", rows * outputs)
  private let mask = drawn("mask", rows * outputs).map { $0 < 0 ? 0.0 : 1 }

  private func model(_ type: ScalarType) throws -> Model {
    try Model(
      [
        ("weight", [Self.inputs, Self.outputs], Self.drawn("w", Self.inputs * Self.outputs)),
        ("bias", [Self.outputs], Self.drawn("b", Self.outputs)),
        ("gain", [Self.outputs], Self.drawn("g", Self.outputs)),
      ], in: type)
  }

  /// Loss and gradients of a sum of masked squares over the given rows.
  private func gradients(
    _ order: [Int], _ model: Model, target: [Double]? = nil
  ) throws -> (loss: Double, gradients: [[Double]]) {
    func taken(_ numbers: [Double], _ width: Int) -> [Double] {
      order.flatMap { numbers[$0 * width..<($0 + 1) * width] }
    }
    let pass = model.pass()
    let shape = Shape(order.count, Self.outputs)
    let hidden = pass.constant(taken(x, Self.inputs), Shape(order.count, Self.inputs))
      .linear(weight: pass[model.handle(0)], bias: pass[model.handle(1)])
    let output = hidden.sigmoid() * pass[model.handle(2)]
    let error = try #require(
      output.meanSquaredError(
        to: pass.constant(taken(target ?? self.target, Self.outputs), shape),
        mask: pass.constant(taken(mask, Self.outputs), shape), dividingBy: .all))
    pass.minimize("loss", error, weight: Double(order.count))
    model.tape.backward()
    return (try #require(model.tape.loss), (0..<3).map { model.gradient($0) })
  }

  @Test(arguments: ScalarType.allCases)
  func `the halves of a batch add up to the whole`(_ type: ScalarType) throws {
    let model = try model(type)
    let whole = try gradients(Array(0..<Self.rows), model)
    let (first, second) = (
      try gradients([0, 1, 2, 3, 4], model), try gradients([5, 6, 7, 8, 9, 10, 11], model)
    )
    let tolerance = type == .float64 ? 1e-14 : 1e-6
    #expect(abs(first.loss + second.loss - whole.loss) <= tolerance * whole.loss)
    for index in 0..<3 {
      let sum = zip(first.gradients[index], second.gradients[index]).map { $0 + $1 }
      #expect(distance(sum, whole.gradients[index]) <= tolerance)
    }
  }

  @Test(arguments: ScalarType.allCases)
  func `the order of rows does not matter`(_ type: ScalarType) throws {
    let model = try model(type)
    let whole = try gradients(Array(0..<Self.rows), model)
    let order = RandomStream(seed: 1, path: "order").permutation(Self.rows).map { Int($0) }
    let permuted = try gradients(order, model)
    let tolerance = type == .float64 ? 1e-14 : 1e-6
    #expect(order != Array(0..<Self.rows))
    #expect(abs(permuted.loss - whole.loss) <= tolerance * whole.loss)
    for index in 0..<3 {
      #expect(distance(permuted.gradients[index], whole.gradients[index]) <= tolerance)
    }
  }

  @Test(arguments: ScalarType.allCases, [0, 1e6, -.infinity, .nan])
  func `what stands under the mask does not change a bit`(
    _ type: ScalarType, _ anything: Double
  ) throws {
    let model = try model(type)
    let clean = try gradients(Array(0..<Self.rows), model)
    let bytes = Array(model.parameters.gradients.bytes)
    let dirty = zip(target, mask).map { $1 == 0 ? anything : $0 }
    let other = try gradients(Array(0..<Self.rows), model, target: dirty)
    #expect(other.loss.bitPattern == clean.loss.bitPattern)
    #expect(Array(model.parameters.gradients.bytes) == bytes)
  }

  @Test func `a scaled loss scales the gradients`() throws {
    let model = try Model([("a", [3], [0.5, -1, 2])])
    func gradient(_ weight: Double) -> [Double] {
      let pass = model.pass()
      pass.minimize("loss", pass[model.handle(0)].exponential().sum(), weight: weight)
      model.tape.backward()
      return model.gradient(0)
    }
    // A power of two changes no digit.
    #expect(gradient(8) == gradient(1).map { 8 * $0 })
  }
}
