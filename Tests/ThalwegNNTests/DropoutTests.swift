import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegTensor

/// What dropout does in training, and what its choice depends on.
@Suite struct DropoutTests {
  private func layer(
    _ rate: Double = 0.5, path: String = "drop", _ type: ScalarType = .float32
  ) throws -> (layer: Dropout, tape: Tape) {
    let parameters = Parameters(type)
    let layer = Dropout(rate, in: Builder(parameters, seed: 1) / path)
    return (layer, Tape(try Machine(threads: 1), parameters))
  }

  private func mask(
    _ rate: Double = 0.5, path: String = "drop", seed: UInt64 = 3, step: Int = 7, part: Int = 0,
    count: Int = 1000
  ) throws -> [Double] {
    let (layer, tape) = try layer(rate, path: path)
    let pass = Pass(tape, .train, seed: seed, step: step, part: part)
    let ones = pass.constant([Float](repeating: 1, count: count), Shape(count))
    return layer(ones, pass).tensor.doubles
  }

  @Test(arguments: [0.1, 0.5, 0.9])
  func `as many entries as the rate says are 0, and the mean stays`(_ rate: Double) throws {
    let count = 200_000
    let mask = try mask(rate, count: count)
    let kept = Double(Float(1 / (1 - rate)))
    #expect(mask.allSatisfy { $0 == 0 || $0 == kept })
    let dropped = Double(mask.count { $0 == 0 })
    // Five standard deviations of a binomial distribution; the draws are the same each time.
    let spread = 5 * (Double(count) * rate * (1 - rate)).squareRoot()
    #expect(abs(dropped - rate * Double(count)) <= spread)
    #expect(abs(mask.reduce(0, +) / Double(count) - 1) <= spread * kept / Double(count))
  }

  @Test func `neighbours are dropped independently`() throws {
    let mask = try mask(0.5, count: 100_000).map { $0 == 0 ? -1.0 : 1 }
    for lag in 1...8 {
      let products = zip(mask, mask.dropFirst(lag)).map { $0 * $1 }
      #expect(abs(products.reduce(0, +)) <= 5 * Double(products.count).squareRoot(), "\(lag)")
    }
  }

  @Test func `the choice depends on seed, path, step, part and use alone`() throws {
    let first = try mask()
    #expect(try mask() == first)
    // A longer input starts with the same choice.
    #expect(try Array(mask(count: 1500).prefix(1000)) == first)
    let others = try [
      mask(seed: 4), mask(path: "other"), mask(step: 8), mask(part: 1), mask(seed: 3 | 1 << 40),
    ]
    #expect(Set(others + [first]).count == 6)
  }

  @Test func `other modules and other parameters do not change the choice`() throws {
    let parameters = Parameters(.float32)
    let root = Builder(parameters, seed: 9)
    _ = Linear(3, 3, in: root / "a")
    let other = Dropout(0.5, in: root / "b")
    let layer = Dropout(0.5, in: root / "drop")
    let pass = Pass(Tape(try Machine(threads: 2), parameters), .train, seed: 3, step: 7)
    let ones = pass.constant([Float](repeating: 1, count: 1000), Shape(1000))
    _ = other(ones, pass)
    #expect(layer(ones, pass).tensor.doubles == (try mask()))
    #expect(layer(ones, pass).tensor.doubles != (try mask()), "a second use draws anew")
  }

  @Test(arguments: ScalarType.allCases)
  func `the gradient goes where the value went`(_ type: ScalarType) throws {
    let (layer, tape) = try layer(0.3, type)
    let x = tape.parameters.register("x", Shape(6, 5)) { Double($0 + 1) }
    tape.clear()
    let pass = Pass(tape, .train, seed: 5)
    let y = layer(pass[x], pass)
    pass.minimize("loss", y.sum())
    tape.backward()
    let values = y.tensor.doubles
    #expect(values.contains(0) && values.contains { $0 != 0 })
    for (index, value) in values.enumerated() {
      let gradient = tape.parameters.gradient(x, index)
      #expect(gradient == 0 ? value == 0 : abs(gradient - 1 / 0.7) < 1e-6)
      #expect(abs(value - gradient * Double(index + 1)) <= 1e-5)
    }
  }

  @Test func `evaluation and rate 0 leave the value as it is`() throws {
    for (rate, mode) in [(0.5, Pass.Mode.evaluate), (0, .train)] {
      let (layer, tape) = try layer(rate)
      let pass = Pass(tape, mode)
      let x = pass.constant([1.0, -2, 3], Shape(3))
      #expect(layer(x, pass).tensor.doubles == [1, -2, 3])
    }
  }

  @Test func `a rate that is no probability traps`() async {
    let one = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Dropout(1, in: Builder(Parameters(.float32), seed: 1) / "drop")
    }
    #expect(trapText(one).contains("Dropout: rate 1.0 is not in [0, 1), in 'drop'"))
    let mask = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let pass = Pass(Tape(try Machine(threads: 1), Parameters(.float32)), .train)
      _ = pass.keepMask(Shape(2), rate: .nan)
    }
    #expect(trapText(mask).contains("keepMask: rate nan is not in [0, 1)"))
  }
}
