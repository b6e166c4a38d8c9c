import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegTensor

@Suite struct BuilderTests {
  @Test func `paths follow the modules`() {
    let parameters = Parameters(.float32)
    let root = Builder(parameters, seed: 1)
    #expect(root.path == "")
    let encoder = root / "encoder"
    _ = MLP([2, 3, 1], in: encoder / "mlp")
    _ = Linear(1, 1, in: encoder)
    _ = root.parameter("scale", .scalar, .constant(2))
    #expect(
      parameters.paths == [
        "encoder.mlp.0.weight", "encoder.mlp.0.bias", "encoder.mlp.1.weight", "encoder.mlp.1.bias",
        "encoder.weight", "encoder.bias", "scale",
      ])
    #expect(parameters.path(of: (encoder / "mlp").place.id) == "encoder.mlp")
  }

  @Test func `draws do not depend on the order of construction`() throws {
    func values(_ names: [String]) throws -> [[Double]] {
      let parameters = Parameters(.float64)
      let root = Builder(parameters, seed: 42)
      for name in names { _ = MLP([5, 4, 3], in: root / name) }
      return try ["a.0.weight", "a.1.bias", "b.0.weight", "b.1.weight"].map {
        parameters.tensor(try #require(parameters[$0])).doubles
      }
    }
    let inOrder = try values(["a", "b"])
    #expect(try values(["b", "a"]) == inOrder)
    #expect(try values(["c", "b", "d", "a"]) == inOrder)
    #expect(inOrder[0] != inOrder[2])
  }

  @Test func `another seed draws other numbers, another precision the same`() throws {
    func weight(_ seed: UInt64, _ type: ScalarType) -> [Float] {
      let parameters = Parameters(type)
      let layer = Linear(6, 5, in: Builder(parameters, seed: seed))
      return parameters.tensor(layer.weight).floats
    }
    #expect(weight(1, .float32) != weight(2, .float32))
    #expect(weight(1, .float32) == weight(1, .float64))
  }

  @Test func `nodes belong to the module that made them, in any depth`() throws {
    let parameters = Parameters(.float32)
    let model = MLP([2, 3, 1], in: Builder(parameters, seed: 1) / "net")
    let tape = Tape(try Machine(threads: 1), parameters)
    let pass = Pass(tape, .train)
    let y = model(pass.constant([1.0, 2], [1, 2]), pass)
    let made = (0...Int(y.id)).map {
      "\(tape.nodes[$0].operation) \(parameters.path(of: tape.nodes[$0].scope))"
    }
    #expect(
      made == [
        "constant ", "parameter net.0", "parameter net.0", "linear net.0", "relu net",
        "parameter net.1", "parameter net.1", "linear net.1",
      ])
    #expect(tape.scope == 0)
  }

  @Test func `state tensors are named and filled like parameters`() {
    let (parameters, twin) = (Parameters(.float64), Parameters(.float64))
    let state = (Builder(parameters, seed: 4) / "norm").state("mean", [3], .uniform(bound: 2))
    let parameter = (Builder(twin, seed: 4) / "norm").parameter("mean", [3], .uniform(bound: 2))
    #expect(parameters.allStates.map(\.path) == ["norm.mean"])
    #expect(parameters.paths.isEmpty)
    #expect(parameters.tensor(state) == twin.tensor(parameter))
  }
}
