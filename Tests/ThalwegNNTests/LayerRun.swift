import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegTensor

/// A case with its numbers: L = sum of weights y, forward and backward.
struct LayerRun {
  let layer: LayerCase
  let entry: Golden.Entry
  let parameters: Parameters
  let tape: Tape
  private let body: LayerCase.Body
  private let inputs: [Parameter?]
  private let shapes: [Shape]
  private let numbers: [[Double]]

  init(_ layer: LayerCase, _ entry: Golden.Entry, _ type: ScalarType, threads: Int = 1) throws {
    self.layer = layer
    self.entry = entry
    let parameters = Parameters(type)
    body = layer.make(Builder(parameters, seed: 1) / "layer")
    for given in try entry.entries("parameters") {
      let parameter = try #require(parameters["layer." + given.name], "\(given.name)")
      #expect(parameter.shape == (try given.shape()), "\(given.name)")
      for (index, number) in try given.numbers("values").enumerated() {
        parameters.setValue(parameter, index, to: number)
      }
    }
    let given = try entry.entries("inputs")
    let shapes = try given.map { try $0.shape() }
    let numbers = try given.map { try $0.numbers("values") }
    inputs = given.indices.map { index in
      layer.data.contains(index)
        ? nil : parameters.register("input.\(index)", shapes[index]) { numbers[index][$0] }
    }
    (self.shapes, self.numbers) = (shapes, numbers)
    self.parameters = parameters
    tape = Tape(try Machine(threads: threads), parameters)
  }

  /// Computes forward and names the loss; the output.
  func forward(_ mode: Pass.Mode = .train) throws -> Value {
    tape.clear()
    return try minimize(Pass(tape, mode))
  }

  /// The same on a pass of any tape over the same layer.
  func minimize(_ pass: Pass) throws -> Value {
    let values = inputs.enumerated().map { index, input in
      input.map { pass[$0] } ?? pass.constant(numbers[index], shapes[index])
    }
    let output = body(LayerCase.Inputs(values: values, numbers: numbers), pass)
    let weights = pass.constant(try entry.numbers("weights"), output.shape)
    pass.minimize("loss", (output * weights).sum())
    return output
  }

  func gradient(_ path: String) throws -> [Double] {
    let parameter = try #require(parameters[path], "\(path)")
    return (0..<parameter.shape.count).map { parameters.gradient(parameter, $0) }
  }
}
