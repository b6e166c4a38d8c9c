import Testing
import ThalwegAutodiff
import ThalwegFormats
import ThalwegNN
import ThalwegTensor

/// Layers with given weights against PyTorch.
@Suite struct LayerTests {
  struct Model {
    let parameters: Parameters
    let mlp: MLP
    let tape: Tape
    let entry: Golden.Entry

    init(_ name: String, _ type: ScalarType) throws {
      let entries = try Golden("layers").entries("cases")
      entry = try #require(entries.first { $0.name == name })
      let widths = try entry.numbers("widths").map { Int($0) }
      parameters = Parameters(type)
      mlp = MLP(
        widths, activation: Activation(rawValue: name) ?? .relu,
        in: Builder(parameters, seed: 1))
      for given in try entry.entries("parameters") {
        let parameter = try #require(parameters[given.name])
        for (index, number) in try given.numbers("values").enumerated() {
          parameters.setValue(parameter, index, to: number)
        }
      }
      tape = Tape(try Machine(threads: 1), parameters)
    }

    /// Computes forward and names the loss; the output.
    func forward() throws -> Value {
      tape.clear()
      let pass = Pass(tape, .train)
      let output = mlp(pass.constant(try entry.numbers("x"), try entry.shape()), pass)
      let weights = pass.constant(try entry.numbers("weights"), output.shape)
      pass.minimize("loss", (output * weights).sum())
      return output
    }
  }

  static let names = ["linear"] + Activation.allCases.map(\.rawValue)

  @Test(arguments: names, ScalarType.allCases)
  func `output and gradients are PyTorch's`(_ name: String, _ type: ScalarType) throws {
    let model = try Model(name, type)
    let tolerance = type == .float64 ? 1e-13 : 2e-6
    let output = try model.forward()
    #expect(distance(output.tensor.doubles, try model.entry.numbers("output")) <= tolerance)
    model.tape.backward()
    let expected = try model.entry.entries("parameters")
    #expect(expected.map { $0.name } == model.parameters.paths)
    for given in expected {
      let parameter = try #require(model.parameters[given.name])
      let got = (0..<parameter.shape.count).map { model.parameters.gradient(parameter, $0) }
      #expect(distance(got, try given.numbers("gradient")) <= tolerance, "\(given.name)")
    }
  }

  @Test(arguments: names)
  func `gradients of the whole agree with central differences`(_ name: String) throws {
    let model = try Model(name, .float64)
    _ = try model.forward()
    model.tape.backward()
    let step = 1e-5
    for path in model.parameters.paths {
      let parameter = try #require(model.parameters[path])
      let analytic = (0..<parameter.shape.count).map { model.parameters.gradient(parameter, $0) }
      let numeric = try analytic.indices.map { index in
        let x = model.parameters.value(parameter, index)
        func loss(_ value: Double) throws -> Double {
          model.parameters.setValue(parameter, index, to: value)
          _ = try model.forward()
          return try #require(model.tape.loss)
        }
        let (high, low) = (try loss(x + step), try loss(x - step))
        model.parameters.setValue(parameter, index, to: x)
        return (high - low) / ((x + step) - (x - step))
      }
      #expect(distance(analytic, numeric) <= 1e-6, "\(path)")
    }
  }

  @Test(arguments: names)
  func `the model in Double gives the loss in Float to its rounding`(_ name: String) throws {
    let narrow = try Model(name, .float32)
    _ = try narrow.forward()
    let wide = narrow.parameters.converted(to: .float64)
    let tape = Tape(try Machine(threads: 1), wide)
    let pass = Pass(tape, .train)
    let x = pass.constant(try narrow.entry.numbers("x"), try narrow.entry.shape())
    // The same layers, whose handles fit the converted parameters.
    let output = narrow.mlp(x, pass)
    let weights = pass.constant(try narrow.entry.numbers("weights"), output.shape)
    pass.minimize("loss", (output * weights).sum())
    let (single, double) = (try #require(narrow.tape.loss), try #require(tape.loss))
    let size = zip(output.tensor.doubles, weights.tensor.doubles).reduce(0) {
      $0 + abs($1.0 * $1.1)
    }
    #expect(single != double)
    #expect(abs(single - double) <= 100 * ScalarType.float32.unitRoundoff * size)
  }

  @Test func `an input of another width traps in the module's name`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let parameters = Parameters(.float32)
      let model = MLP([2, 3, 1], in: Builder(parameters, seed: 1) / "net")
      let pass = Pass(Tape(try Machine(threads: 1), parameters), .train)
      _ = model(pass.constant([1.0, 2, 3], [1, 3]), pass)
    }
    #expect(
      trapText(result).contains(
        "linear: shapes [1, 3], weight [2, 3] and bias [3] do not fit, in net.0"))
  }
}
