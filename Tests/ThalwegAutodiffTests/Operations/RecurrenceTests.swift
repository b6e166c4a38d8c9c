import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Directions, threads, states and computing again.
@Suite struct RecurrenceTests {
  private static func numbers(_ name: String, _ count: Int, _ bound: Double = 0.5) -> [Double] {
    let stream = RandomStream(seed: 5, path: name)
    return (0..<count).map { (2 * stream.uniform($0) - 1) * bound }
  }

  private static func model(
    _ gates: Int, length: Int, batch: Int, width: Int, in type: ScalarType = .float64,
    threads: Int = 1
  ) throws -> Model {
    let columns = gates * width
    return try Model(
      [
        ("x", [length, batch, columns], numbers("x", length * batch * columns)),
        ("w", [width, columns], numbers("w", width * columns, 0.1)),
        ("b", [columns], numbers("b", columns)),
        ("h", [batch, width], numbers("h", batch * width)),
        ("c", [batch, width], numbers("c", batch * width)),
      ], in: type, threads: threads)
  }

  /// The hidden states of an LSTM or a GRU with initial states.
  private static func output(
    _ model: Model, _ pass: Pass, isLSTM: Bool, isReversed: Bool = false, x: Value? = nil
  ) -> Value {
    let x = x ?? pass[model.handle(0)]
    let (w, h) = (pass[model.handle(1)], pass[model.handle(3)])
    return isLSTM
      ? x.lstm(hiddenWeight: w, initial: (h, pass[model.handle(4)]), isReversed: isReversed).hidden
      : x.gru(
        hiddenWeight: w, hiddenBias: pass[model.handle(2)], initial: h, isReversed: isReversed)
  }

  @Test(arguments: ScalarType.allCases, [false, true])
  func `one and two threads give the same bits`(_ type: ScalarType, _ isLSTM: Bool) throws {
    // Large enough for the pool to share the products.
    func run(_ threads: Int) throws -> [[Double]] {
      let model = try Self.model(
        isLSTM ? 4 : 3, length: 3, batch: 260, width: 40, in: type, threads: threads)
      let pass = model.pass()
      let output = Self.output(model, pass, isLSTM: isLSTM)
      pass.minimize("loss", output.square().sum())
      model.tape.backward()
      return [output.tensor.doubles] + [0, 1, 3].map { model.gradient($0) }
    }
    #expect(try run(1) == run(2))
  }

  /// Sequences do not meet, in however many pieces they are computed.
  @Test(arguments: [5, 6, 7, 17], [false, true])
  func `each sequence is what it is alone`(_ batch: Int, _ isReversed: Bool) throws {
    // Large enough for the sequences to be shared, which one alone is not.
    let model = try Self.model(4, length: 16, batch: batch, width: 64, threads: 2)
    func run(_ parts: [Range<Int>]) -> (outputs: [[Double]], gradients: [[Double]]) {
      let pass = model.pass()
      let (x, w) = (pass[model.handle(0)], pass[model.handle(1)])
      let (h, c) = (pass[model.handle(3)], pass[model.handle(4)])
      let outputs = parts.map { part in
        func rows(_ value: Value, axis: Int) -> Value {
          value.sliced(axis: axis, from: part.lowerBound, to: part.upperBound)
        }
        return rows(x, axis: 1).lstm(
          hiddenWeight: w, initial: (rows(h, axis: 0), rows(c, axis: 0)), isReversed: isReversed
        ).hidden
      }
      for (index, output) in outputs.enumerated() {
        pass.minimize("\(index)", output.square().sum())
      }
      model.tape.backward()
      return (outputs.map(\.tensor.doubles), [0, 1, 3, 4].map { model.gradient($0) })
    }
    let whole = run([0..<batch])
    let alone = run((0..<batch).map { $0..<$0 + 1 })
    for sequence in 0..<batch {
      for step in 0..<16 {
        for unit in 0..<64 {
          let one = alone.outputs[sequence][step * 64 + unit]
          #expect(abs(whole.outputs[0][(step * batch + sequence) * 64 + unit] - one) < 1e-13)
        }
      }
    }
    for (together, apart) in zip(whole.gradients, alone.gradients) {
      let most = apart.reduce(0) { max($0, abs($1)) }
      #expect(zip(together, apart).allSatisfy { abs($0 - $1) <= 1e-12 * most })
    }
  }

  /// A sequence in two parts, the second from the state that the first leads to, is the whole.
  @Test(arguments: [false, true])
  func `a sequence can be cut where its state is handed on`(_ isReversed: Bool) throws {
    let model = try Self.model(4, length: 5, batch: 2, width: 3)
    let pass = model.pass()
    let (x, w) = (pass[model.handle(0)], pass[model.handle(1)])
    let whole = x.lstm(hiddenWeight: w, isReversed: isReversed)
    let (early, late) = (
      x.sliced(axis: 0, from: 0, to: 2), x.sliced(axis: 0, from: 2, to: 5)
    )
    let first = (isReversed ? late : early).lstm(hiddenWeight: w, isReversed: isReversed)
    let last = isReversed ? 0 : 1
    func final(_ states: Value) -> Value {
      states.sliced(axis: 0, from: last, to: last + 1).reshaped(to: [2, 3])
    }
    let second = (isReversed ? early : late).lstm(
      hiddenWeight: w, initial: (final(first.hidden), final(first.cells)), isReversed: isReversed)
    for (parts, all) in [
      (isReversed ? [second, first] : [first, second], whole)
    ] {
      #expect(parts.flatMap { $0.hidden.tensor.doubles } == all.hidden.tensor.doubles)
      #expect(parts.flatMap { $0.cells.tensor.doubles } == all.cells.tensor.doubles)
    }
    // And the gradient is that of the whole.
    pass.minimize("whole", whole.hidden.square().sum() + whole.cells.sum())
    model.tape.backward()
    let expected = [model.gradient(0), model.gradient(1)]
    let parts = model.tape
    pass.minimize(
      "parts",
      first.hidden.square().sum() + second.hidden.square().sum() + first.cells.sum()
        + second.cells.sum())
    parts.backward(only: "parts")
    for index in [0, 1] { #expect(distance(model.gradient(index), expected[index]) < 1e-14) }
  }

  @Test(arguments: [false, true])
  func `computing a node again follows its operands`(_ isLSTM: Bool) throws {
    let model = try Self.model(isLSTM ? 4 : 3, length: 3, batch: 2, width: 2)
    let pass = model.pass()
    let first = Self.output(model, pass, isLSTM: isLSTM)
    model.parameters.setValue(model.handle(0), 1, to: 2)
    model.parameters.setValue(model.handle(1), 1, to: -2)
    for index in 0...Int(first.id) { model.tape.compute(at: index) }
    let again = Self.output(model, pass, isLSTM: isLSTM)
    #expect(first.tensor.doubles == again.tensor.doubles)
  }

  @Test(arguments: [false, true])
  func `an empty batch passes through`(_ isLSTM: Bool) throws {
    let model = try Self.model(isLSTM ? 4 : 3, length: 2, batch: 0, width: 2)
    let pass = model.pass()
    let output = Self.output(model, pass, isLSTM: isLSTM)
    #expect(output.shape == [2, 0, 2])
    pass.minimize("loss", output.sum())
    model.tape.backward()
    #expect(model.gradient(1).allSatisfy { $0 == 0 })
  }
}
