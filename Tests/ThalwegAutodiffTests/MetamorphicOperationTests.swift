import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Laws that operations obey whatever their numbers are, forward and backward.
@Suite struct MetamorphicOperationTests {
  /// A law: two bodies that must give the same values and the same gradient of x, `[6, 4]`.
  struct Law: Sendable {
    let name: String
    let left: @Sendable (Value) -> Value
    let right: @Sendable (Value) -> Value
    /// Whether nothing is computed, so that no bit may differ.
    var isExact = false
  }

  /// Positive numbers where the law needs them.
  private static func positive(_ x: Value) -> Value { x.square() + 0.5 }

  static let laws: [Law] = [
    // Scale laws.
    Law(name: "relu", left: { (4 * $0).relu() }, right: { 4 * $0.relu() }, isExact: true),
    Law(name: "absolute", left: { (-4 * $0).absolute() }, right: { 4 * $0.absolute() }),
    Law(
      name: "leakyRelu", left: { (4 * $0).leakyRelu(slope: 0.25) },
      right: { 4 * $0.leakyRelu(slope: 0.25) }, isExact: true),
    Law(name: "square", left: { (3 * $0).square() }, right: { 9 * $0.square() }),
    Law(
      name: "squareRoot", left: { (9 * positive($0)).squareRoot() },
      right: { 3 * positive($0).squareRoot() }),
    Law(
      name: "logarithm of a product", left: { (5 * positive($0)).logarithm() },
      right: { positive($0).logarithm() + 1.6094379124341003 }),
    Law(
      name: "power", left: { (2 * positive($0)).power(exponent: 3) },
      right: { 8 * positive($0).power(exponent: 3) }),
    Law(
      name: "reciprocal", left: { (4 * positive($0)).reciprocal() },
      right: { 0.25 * positive($0).reciprocal() }),
    Law(
      name: "exponential of a sum", left: { ($0 + 0.7).exponential() },
      right: { 2.0137527074704766 * $0.exponential() }),
    // Two ways to the same function.
    Law(
      name: "sigmoid and tanh", left: { $0.sigmoid() },
      right: { (0.5 * $0).tanh().affine(scale: 0.5, shift: 0.5) }),
    Law(
      name: "softplus of -x", left: { $0.softplus() },
      right: { (-1 * $0).softplus() + $0 }),
    Law(name: "silu", left: { $0.silu() }, right: { $0 * $0.sigmoid() }),
    Law(
      name: "gelu", left: { $0.gelu() },
      right: { x in
        let share: Value = (0.5.squareRoot() * x).erf() + 1
        return x * (0.5 * share)
      }),
    Law(name: "expm1 and log1p", left: { positive($0).log1p().expm1() }, right: { positive($0) }),
    Law(
      name: "the larger and the smaller",
      left: { Value.maximum($0, $0.square()) + Value.minimum($0, $0.square()) },
      right: { $0 + $0.square() }),
    Law(
      name: "clamped", left: { $0.clamped(to: -0.5...0.5) },
      right: { $0 - ($0 - 0.5).relu() + (-0.5 - $0).relu() }),
    // Sums in two orders.
    Law(
      name: "sum over axes", left: { $0.sum(axis: 0).sum(axis: 1) },
      right: { $0.sum().reshaped(to: [1, 1]) }),
    Law(
      name: "cumulative sum", left: { $0.cumulativeSum(axis: 1).sliced(axis: 1, from: 3, to: 4) },
      right: { $0.sum(axis: 1) }),
    // The order of rows is nobody's business.
    Law(
      name: "rows turned around by a row-wise function",
      left: { reversed($0.matrixProduct($0.transposed()).sigmoid().sum(axis: 1)) },
      right: {
        let turned = reversed($0)
        return turned.matrixProduct(turned.transposed()).sigmoid().sum(axis: 1)
      }),
    // There and back again.
    Law(
      name: "permuted", left: { $0.reshaped(to: [2, 3, 4]).permuted(2, 0, 1).permuted(1, 2, 0) },
      right: { $0.reshaped(to: [2, 3, 4]) }, isExact: true),
    Law(
      name: "sliced and joined",
      left: {
        Value.concatenated(
          $0.sliced(axis: 1, from: 0, to: 1), $0.sliced(axis: 1, from: 1, to: 4), axis: 1)
      }, right: { $0.affine() }, isExact: true),
    Law(
      name: "chunked and stacked",
      left: { Value.stacked([$0.chunk(0, of: 2, axis: 0), $0.chunk(1, of: 2, axis: 0)], axis: 0) },
      right: { $0.reshaped(to: [2, 3, 4]) }, isExact: true),
    Law(name: "transposed", left: { $0.transposed().transposed() }, right: { $0.affine() }),
    Law(
      name: "broadcast and summed",
      left: { $0.reshaped(to: [1, 6, 4]).broadcast(to: [5, 6, 4]).sum(axis: 0) },
      right: { 5 * $0.reshaped(to: [1, 6, 4]) }),
    Law(
      name: "product with a broadcast", left: { $0 * $0.sum(axis: 0) },
      right: { $0 * $0.sum(axis: 0).broadcast(to: [6, 4]) }),
  ]

  private static func reversed(_ x: Value) -> Value {
    x.sliced(axis: 0, from: 5, to: 6).joined(
      (0..<5).reversed().map { row in
        x.sliced(axis: 0, from: row, to: row + 1)
      })
  }

  private func run(
    _ body: @Sendable (Value) -> Value, _ type: ScalarType
  ) throws -> (value: [Double], gradient: [Double]) {
    let stream = RandomStream(seed: 4, path: "laws")
    let model = try Model([("x", [6, 4], (0..<24).map { stream.normal($0) })], in: type)
    let pass = model.pass()
    let value = body(pass[model.handle(0)])
    let weights = pass.constant(
      (0..<value.shape.count).map { stream.normal(100 + $0) }, value.shape)
    pass.minimize("loss", (value * weights).sum())
    model.tape.backward()
    return (value.tensor.doubles, model.gradient(0))
  }

  @Test(arguments: laws.map(\.name), ScalarType.allCases)
  func `both sides have the same values and gradients`(_ name: String, _ type: ScalarType) throws {
    let law = try #require(Self.laws.first { $0.name == name })
    let (left, right) = (try run(law.left, type), try run(law.right, type))
    if law.isExact {
      #expect(left.value == right.value && left.gradient == right.gradient)
    }
    let tolerance = type == .float64 ? 1e-13 : 3e-6
    #expect(distance(left.value, right.value) <= tolerance)
    #expect(distance(left.gradient, right.gradient) <= tolerance)
    #expect(left.gradient.contains { $0 != 0 })
  }

  @Test func `names of laws are told apart`() {
    #expect(Set(Self.laws.map(\.name)).count == Self.laws.count)
  }
}

extension Value {
  /// This value and others after it, along the outermost axis.
  fileprivate func joined(_ others: [Value]) -> Value {
    Value.concatenated([self] + others, axis: 0)
  }
}
