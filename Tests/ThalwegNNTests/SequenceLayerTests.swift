import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegTensor

/// Layers over sequences beyond their figures: how they start, what carries over, what stops them.
@Suite struct SequenceLayerTests {
  private static func numbers(_ count: Int) -> [Double] {
    let stream = RandomStream(seed: 11, path: "x")
    return (0..<count).map { 2 * stream.uniform($0) - 1 }
  }

  @Test func `recurrent weights start within 1 over the root of the hidden width`() throws {
    let parameters = Parameters()
    _ = LSTM(3, 16, layers: 2, isBidirectional: true, in: Builder(parameters, seed: 1) / "lstm")
    _ = GRU(3, 16, in: Builder(parameters, seed: 1) / "gru")
    #expect(parameters.tensorCount == 4 * 3 + 4)
    for (path, parameter) in parameters.all {
      let values = parameters.tensor(parameter).doubles
      let largest = try #require(values.map(abs).max(), "\(path)")
      #expect(largest <= 0.25 && largest > 0.2, "\(path)")
      #expect(abs(values.reduce(0, +) / Double(values.count)) < 0.1, "\(path)")
    }
    #expect(parameters["lstm.1_reverse.input_weight"]?.shape == [32, 64])
    #expect(parameters["gru.0.hidden_bias"]?.shape == [48])
  }

  @Test func `attention starts as torch's`() throws {
    let parameters = Parameters()
    _ = MultiHeadAttention(16, heads: 4, in: Builder(parameters, seed: 1))
    func largest(_ path: String) throws -> Double {
      let parameter = try #require(parameters[path])
      return try #require(parameters.tensor(parameter).doubles.map(abs).max())
    }
    let bound = (6.0 / 64).squareRoot()
    #expect(try largest("input.weight") <= bound && largest("input.weight") > 0.9 * bound)
    #expect(try largest("output.weight") <= 0.25 && largest("output.weight") > 0.2)
    #expect(try largest("input.bias") == 0 && largest("output.bias") == 0)
  }

  @Test func `a sequence goes on where the one before has ended`() throws {
    let parameters = Parameters(.float64)
    let builder = Builder(parameters, seed: 4)
    let lstm = LSTM(3, 4, layers: 2, in: builder / "lstm")
    let gru = GRU(3, 4, layers: 2, in: builder / "gru")
    let tape = Tape(try Machine(threads: 1), parameters)
    let pass = Pass(tape, .train)
    let x = pass.constant(Self.numbers(2 * 5 * 3), [2, 5, 3])
    let (early, late) = (
      x.sliced(axis: 1, from: 0, to: 2), x.sliced(axis: 1, from: 2, to: 5)
    )
    let whole = lstm(x, pass)
    let second = lstm(late, initial: lstm(early, pass).final, pass)
    #expect(
      second.values.tensor.doubles == whole.values.sliced(axis: 1, from: 2, to: 5).tensor.doubles)
    #expect(second.final.cells.tensor.doubles == whole.final.cells.tensor.doubles)
    #expect(second.final.hidden.shape == [2, 2, 4])
    let states = gru(x, pass)
    let rest = gru(late, initial: gru(early, pass).final, pass)
    #expect(
      rest.values.tensor.doubles == states.values.sliced(axis: 1, from: 2, to: 5).tensor.doubles)
    #expect(rest.final.tensor.doubles == states.final.tensor.doubles)
  }

  @Test func `dropout acts in training only`() throws {
    let parameters = Parameters()
    let layer = TransformerEncoderLayer(
      4, heads: 2, feedForward: 8, dropout: 0.5, in: Builder(parameters, seed: 1) / "layer")
    let tape = Tape(try Machine(threads: 1), parameters)
    func output(_ mode: Pass.Mode, _ step: Int) -> [Double] {
      tape.clear()
      let pass = Pass(tape, mode, seed: 1, step: step)
      return layer(pass.constant(Self.numbers(24), [2, 3, 4]), pass).tensor.doubles
    }
    #expect(output(.evaluate, 1) == output(.evaluate, 2))
    #expect(output(.train, 1) == output(.train, 1))
    #expect(output(.train, 1) != output(.train, 2))
    #expect(output(.train, 1) != output(.evaluate, 1))
  }

  @Test func `what is under the key mask changes no other step`() throws {
    let parameters = Parameters()
    let layer = TransformerEncoderLayer(
      4, heads: 2, feedForward: 8, normFirst: true, in: Builder(parameters, seed: 1) / "layer")
    let tape = Tape(try Machine(threads: 1), parameters)
    func output(_ last: Double) -> [Double] {
      tape.clear()
      let pass = Pass(tape, .evaluate)
      let numbers = Array(Self.numbers(8)) + [Double](repeating: last, count: 4)
      let x = pass.constant(numbers, [1, 3, 4])
      return layer(x, keyMask: pass.constant([1.0, 1, 0], [1, 3]), pass).tensor.doubles
    }
    let clean = output(0.5)
    for anything in [0, 1e6, .nan] { #expect(output(anything)[..<8] == clean[..<8]) }
  }

  @Test func `shapes that do not fit stop the program`() async {
    let heads = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = MultiHeadAttention(4, heads: 3, in: Builder(Parameters(), seed: 1) / "head")
    }
    #expect(trapText(heads).contains("attention: 3 heads do not divide width 4, in head"))
    let input = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let parameters = Parameters()
      let layer = GRU(3, 2, in: Builder(parameters, seed: 1))
      let pass = Pass(Tape(try Machine(threads: 1), parameters), .train)
      _ = layer(pass.constant([1.0, 2, 3], [1, 3]), pass)
    }
    #expect(trapText(input).contains("gru: input [1, 3] is not [batch, length, features]"))
    let states = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let parameters = Parameters()
      let layer = GRU(3, 2, in: Builder(parameters, seed: 1))
      let pass = Pass(Tape(try Machine(threads: 1), parameters), .train)
      let x = pass.constant([1.0, 2, 3], [1, 1, 3])
      _ = layer(x, initial: pass.constant([1.0, 2], [1, 2]), pass)
    }
    #expect(trapText(states).contains("gru: initial states [1, 2] are not [1, 1, 2]"))
    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LSTM(3, 2, layers: 0, in: Builder(Parameters(), seed: 1))
    }
    #expect(trapText(none).contains("recurrent layer: 3 inputs, 2 hidden, 0 layers"))
  }
}
