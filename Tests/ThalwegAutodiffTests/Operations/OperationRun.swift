import Testing
import ThalwegAutodiff
import ThalwegTensor

/// A case with numbers: L = sum of weights y, forward and backward.
struct OperationRun {
  let operation: OperationCase
  let shapes: [Shape]
  let inputs: [[Double]]
  let weights: [Double]
  /// nil: data.
  let handles: [Parameter?]
  let parameters: Parameters
  let tape: Tape

  init(
    _ operation: OperationCase, _ entry: Golden.Entry, _ scalarType: ScalarType,
    operations: [Operation] = OperationKind.table
  ) throws {
    let given = try entry.entries("inputs")
    self.operation = operation
    shapes = try given.map { try $0.shape() }
    let inputs = try given.map { try $0.numbers("values") }
    self.inputs = inputs
    weights = try entry.numbers("weights")
    let parameters = Parameters(scalarType)
    handles = zip(shapes, inputs).enumerated().map { index, input in
      operation.constants.contains(index)
        ? nil : parameters.register("input.\(index)", input.0) { input.1[$0] }
    }
    self.parameters = parameters
    tape = Tape(
      try Machine(threads: 1), parameters, isRecording: true, operations: operations)
  }

  /// Computes forward and names the loss; the value before the weights.
  func forward() throws -> Value {
    tape.clear()
    let pass = Pass(tape, .train)
    let values = handles.enumerated().map { index, handle in
      handle.map { pass[$0] } ?? pass.constant(inputs[index], shapes[index])
    }
    let output = try #require(operation.body(values))
    pass.minimize("loss", (output * pass.constant(weights, output.shape)).sum())
    return output
  }

  func loss() throws -> Double {
    _ = try forward()
    return try #require(tape.loss)
  }

  /// The gradient of each input, nil where none came.
  func gradients() throws -> [[Double]?] {
    _ = try forward()
    tape.backward()
    return handles.map { handle in
      guard let handle, tape.isReached(Int(handle.index)) else { return nil }
      return (0..<handle.shape.count).map { parameters.gradient(handle, $0) }
    }
  }
}
