import Testing
import ThalwegAutodiff
import ThalwegTensor

/// A case with numbers: L = sum of weights y, forward and backward.
struct OperationRun {
  /// The module in which the loss is made of the result.
  static let weighting = "weighting"

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
    return try minimize(Pass(tape, .train))
  }

  /// The same on a pass of any tape over the same inputs.
  func minimize(_ pass: Pass) throws -> Value {
    let values = handles.enumerated().map { index, handle in
      handle.map { pass[$0] } ?? pass.constant(inputs[index], shapes[index])
    }
    let output = try #require(operation.body(values))
    // The weights are no part of the case: mutants of operations that they use leave them alone.
    let outer = pass.enter(pass.tape.parameters.place(Self.weighting))
    defer { pass.leave(to: outer) }
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
