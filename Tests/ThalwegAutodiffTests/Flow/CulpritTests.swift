import Testing
import ThalwegAutodiff
import ThalwegTensor

/// The first tensor of a step that holds a number that is not finite, and what made it.
@Suite struct CulpritTests {
  private func model(_ numbers: [Double], _ type: ScalarType = .float64) throws -> Model {
    try Model([("net.x", [numbers.count], numbers)], in: type)
  }

  /// Minimizes the sum of what `body` computes in module `net.bad`, then something in `net.after`.
  private func run(
    _ numbers: [Double], _ type: ScalarType = .float64, _ body: (Value, Pass) -> Value
  ) throws -> Tape {
    let model = try model(numbers, type)
    let pass = model.pass()
    var outer = pass.enter(model.parameters.place("net.bad"))
    let value = body(pass[model.handle(0)], pass)
    pass.leave(to: outer)
    outer = pass.enter(model.parameters.place("net.after"))
    pass.minimize("loss", (2 * value).sum())
    pass.leave(to: outer)
    return model.tape
  }

  private func expectValue(
    _ tape: Tape, _ operation: String, _ index: Int,
    at location: SourceLocation = #_sourceLocation
  ) {
    let culprit = Culprit(kind: .value, operation: operation, path: "net.bad", index: index)
    #expect(tape.firstNonFiniteValue() == culprit, sourceLocation: location)
  }

  @Test(arguments: ScalarType.allCases)
  func `the root of a negative number`(_ type: ScalarType) throws {
    expectValue(try run([1, 4, -1], type) { x, _ in x.squareRoot() }, "squareRoot", 2)
  }

  @Test(arguments: ScalarType.allCases)
  func `a division by zero`(_ type: ScalarType) throws {
    let tape = try run([1, 2, 3], type) { x, pass in x / pass.constant([1.0, 0, 0], [3]) }
    expectValue(tape, "divide", 1)
  }

  @Test func `an overflow in a product`() throws {
    let tape = try run([1e30, 1e30], .float32) { x, _ in
      let row = x.reshaped(to: [1, 2])
      return row.matrixProduct(row.transposed())
    }
    expectValue(tape, "matrixProduct", 0)
    let wide = try run([1e30, 1e30], .float64) { x, _ in x * x }
    #expect(wide.firstNonFiniteValue() == nil)
  }

  @Test func `an overflow of the exponential`() throws {
    expectValue(try run([1, 89], .float32) { x, _ in x.exponential() }, "exponential", 1)
  }

  @Test func `a parameter that is no number`() throws {
    let tape = try run([1, .nan, 2]) { x, _ in x.relu() }
    let culprit = Culprit(kind: .parameter, operation: nil, path: "net.x", index: 1)
    #expect(tape.firstNonFiniteValue() == culprit)
    #expect(culprit.description == "entry 1 of parameter net.x")
  }

  @Test func `data counts only where it comes through`() throws {
    let masked = try run([1, 2]) { x, pass in
      let target = pass.constant([Double.nan, 0], [2])
      return x.meanSquaredError(to: target, mask: pass.constant([0.0, 1], [2])) ?? x
    }
    #expect(masked.firstNonFiniteValue() == nil)
    let open = try run([1, 2]) { x, pass in x + pass.constant([0, Double.infinity], [2]) }
    expectValue(open, "add", 1)
  }

  @Test func `the derivative of the root at zero`() throws {
    let tape = try run([1, 0]) { x, _ in x.squareRoot() }
    #expect(tape.firstNonFiniteValue() == nil)
    let culprit = Culprit(kind: .gradient, operation: "squareRoot", path: "net.bad", index: 1)
    #expect(tape.firstNonFiniteGradient() == culprit)
    #expect(
      culprit.description == "entry 1 of a gradient made by squareRoot in net.bad")
  }

  @Test func `a derivative that overflows`() throws {
    // The quotient is 1e30; its derivative by the divisor, -1e60, is beyond Float.
    let tape = try run([1e-30], .float32) { x, pass in pass.constant([1.0], [1]) / x }
    #expect(tape.firstNonFiniteValue() == nil)
    let culprit = Culprit(kind: .gradient, operation: "divide", path: "net.bad", index: 0)
    #expect(tape.firstNonFiniteGradient() == culprit)
  }

  @Test func `a healthy step has no culprit`() throws {
    let tape = try run([1, 4]) { x, _ in x.squareRoot() }
    tape.backward()
    let gradient = (0..<2).map { tape.parameters.gradients[$0] }
    #expect(tape.firstNonFiniteValue() == nil)
    #expect(tape.firstNonFiniteGradient() == nil)
    // Where nothing is wrong, the second run of the derivatives comes to the same gradients.
    #expect((0..<2).map { tape.parameters.gradients[$0] } == gradient)
  }
}
