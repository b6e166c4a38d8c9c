import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Ties, ends of ranges, what must not be computed, and the forms with plain numbers.
@Suite struct ElementwiseEdgeTests {
  /// The gradient of the sum of `body` at `x`.
  private func gradient(
    _ x: [Double], _ type: ScalarType = .float64, _ body: (Value) -> Value
  ) throws -> [Double] {
    let model = try Model([("x", Shape(x.count), x)], in: type)
    let pass = model.pass()
    pass.minimize("loss", body(pass[model.handle(0)]).sum())
    model.tape.backward()
    return model.gradient(0)
  }

  @Test(arguments: ScalarType.allCases)
  func `what is not chosen reaches neither value nor gradient`(_ type: ScalarType) throws {
    let model = try Model(
      [
        ("a", [4], [1, .nan, 3, .infinity]),
        ("b", [2, 4], [.nan, 2, .infinity, 4, 5, 6, .nan, 8]),
      ],
      in: type)
    let pass = model.pass()
    let (a, b) = (pass[model.handle(0)], pass[model.handle(1)])
    let mask = pass.constant([1.0, 0, 1, 0, 0, 0, 1, 0], [2, 4])
    let chosen = Value.choosing(mask, a, b)
    #expect(chosen.tensor.doubles == [1, 2, 3, 4, 5, 6, 3, 8])
    pass.minimize("loss", chosen.sum())
    model.tape.backward()
    #expect(model.gradient(0) == [1, 0, 2, 0])
    #expect(model.gradient(1) == [0, 1, 0, 1, 1, 1, 0, 1])
  }

  @Test func `a function that is infinite or NaN under the other branch leaves no trace`() throws {
    // log of a negative number is NaN, and its cotangent must be a true 0 to be harmless.
    let x = [-1.0, 0, 2]
    let got = try gradient(x) { x in
      let pass = Pass(x.tape, .train)
      let mask = pass.constant([0.0, 0, 1], [3])
      let safe = Value.choosing(mask, x, pass.constant([1.0, 1, 1], [3]))
      return .choosing(mask, safe.logarithm(), x)
    }
    #expect(got == [1, 1, 0.5])
  }

  @Test func `at a tie each operand of minimum and maximum gets half`() throws {
    for body in [Value.minimum, Value.maximum] {
      let model = try Model([("a", [2], [3, -0.0]), ("b", [2], [3, 0])])
      let pass = model.pass()
      pass.minimize("loss", body(pass[model.handle(0)], pass[model.handle(1)]).sum())
      model.tape.backward()
      #expect(model.gradient(0) == [0.5, 0.5])
      #expect(model.gradient(1) == [0.5, 0.5])
    }
  }

  @Test func `a NaN comes through minimum, maximum and clamp`() throws {
    let model = try Model([("a", [3], [.nan, 1, 2]), ("b", [3], [1, .nan, 3])])
    let pass = model.pass()
    let (a, b) = (pass[model.handle(0)], pass[model.handle(1)])
    for y in [Value.minimum(a, b), .maximum(a, b)].map(\.tensor.doubles) {
      #expect(y[0].isNaN && y[1].isNaN && !y[2].isNaN)
    }
    #expect(a.clamped(to: 0...1).tensor.doubles[0].isNaN)
  }

  @Test(arguments: ScalarType.allCases)
  func `derivatives at the ends are those that are documented`(_ type: ScalarType) throws {
    #expect(try gradient([0, 0.25], type) { $0.squareRoot() } == [.infinity, 1])
    #expect(try gradient([0, 0.25], type) { $0.logarithm() } == [.infinity, 4])
    #expect(try gradient([-1, 1], type) { $0.log1p() } == [.infinity, 0.5])
    #expect(
      try gradient([0, -0.0, 1, -1], type) { $0.leakyRelu(slope: 0.25) } == [0.25, 0.25, 1, 0.25])
    #expect(try gradient([-1, 2, 2.5, -7], type) { $0.clamped(to: -1...2) } == [1, 1, 0, 0])
    #expect(try gradient([0, 2], type) { $0.power(exponent: 0) } == [0, 0])
    #expect(try gradient([0, 2], type) { $0.power(exponent: 1) } == [1, 1])
    #expect(try gradient([0, -3], type) { $0.power(exponent: 2) } == [0, -6])
    #expect(try gradient([0, 4], type) { $0.power(exponent: 0.5) } == [.infinity, 0.25])
    #expect(try gradient([-1000, 0, 1000], type) { $0.softplus() } == [0, 0.5, 1])
    for body in [{ (x: Value) in x.silu() }, { $0.gelu() }, { $0.gelu(approximation: .tanh) }] {
      #expect(try gradient([-.infinity, 0, .infinity], type, body) == [0, 0.5, 1])
    }
  }

  @Test func `a power of 0 has no derivative by its exponent where that is not negative`() throws {
    let model = try Model([("a", [3], [0, 0, 2]), ("b", [3], [2, 0, 3])])
    let pass = model.pass()
    let y = pass[model.handle(0)].power(exponent: pass[model.handle(1)])
    #expect(y.tensor.doubles == [0, 1, 8])
    pass.minimize("loss", y.sum())
    model.tape.backward()
    #expect(model.gradient(0) == [0, 0, 12])
    #expect(distance(model.gradient(1), [0, 0, 5.545177444479562]) < 1e-15)
  }

  @Test func `empty shapes pass through`() throws {
    let model = try Model([("e", [0, 3], []), ("v", [3], [1, 2, 3])])
    let pass = model.pass()
    let (e, v) = (pass[model.handle(0)], pass[model.handle(1)])
    let y = Value.choosing(v, Value.minimum(e.gelu(), v), v.power(exponent: e))
    #expect(y.shape == [0, 3])
    pass.minimize("loss", y.sum())
    model.tape.backward()
    #expect(model.tape.isReached(1))
    #expect(model.gradient(1) == [0, 0, 0])
  }

  @Test func `the forms with plain numbers are what they say`() throws {
    let model = try Model([("a", [2], [1, -4])])
    let x = model.pass()[model.handle(0)]
    #expect((-x).tensor.doubles == [-1, 4])
    #expect((x * 2).tensor.doubles == [2, -8])
    #expect((0.5 + x).tensor.doubles == [1.5, -3.5])
    #expect((1 - x).tensor.doubles == [0, 5])
    #expect((x / 2.0).tensor.doubles == [0.5, -2])
    #expect((2.0 / x).tensor.doubles == [2, -0.5])
    #expect(x.reciprocal().tensor.doubles == [1, -0.25])
  }

  @Test func `operands that do not fit and numbers that are none stop the program`() async {
    let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = try Model([("m", [2, 3], [1, 2, 3, 4, 5, 6]), ("v", [2], [1, 2])])
      let pass = model.pass()
      _ = Value.minimum(pass[model.handle(0)], pass[model.handle(1)])
    }
    #expect(trapText(shapes).contains("minimum: shapes [2, 3] and [2] do not broadcast (axis 1: 3"))
    let mask = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = try Model([("m", [2, 3], [1, 2, 3, 4, 5, 6]), ("v", [2], [1, 2])])
      let pass = model.pass()
      _ = Value.choosing(pass[model.handle(1)], pass[model.handle(0)], pass[model.handle(0)])
    }
    #expect(trapText(mask).contains("choose: shapes [2] and [2, 3] do not broadcast (axis 1: 2"))
    let exponent = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = try Model([("v", [2], [1, 2])])
      _ = model.pass()[model.handle(0)].power(exponent: .nan)
    }
    #expect(trapText(exponent).contains("powerOf: exponent nan"))
    let slope = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = try Model([("v", [2], [1, 2])])
      _ = model.pass()[model.handle(0)].leakyRelu(slope: .infinity)
    }
    #expect(trapText(slope).contains("leakyRelu: slope inf"))
  }
}
