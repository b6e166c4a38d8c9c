import Testing
import ThalwegAutodiff
import ThalwegTensor

/// Every case of every operation on permuted, sliced and broadcast operands gives the same bytes as
/// on contiguous ones, and its gradient comes back through the form.
@Suite struct OperandFormTests {
  private struct Outcome {
    var output: [Double]
    /// The gradients of the inputs, or of the parameters behind them; nil where none came.
    var gradients: [[Double]?]
  }

  /// - Parameter form: nil: the inputs are parameters themselves.
  private func run(
    _ operation: OperationCase, _ shapes: [Shape], _ inputs: [[Double]], _ weights: [Double],
    _ form: OperandForm?
  ) throws -> Outcome {
    let parameters = Parameters(.float64)
    let handles = shapes.indices.map { index -> Parameter? in
      if operation.constants.contains(index) { return nil }
      let (shape, input) = (shapes[index], inputs[index])
      let source = form?.source(shape) ?? shape
      var numbers = [Double](repeating: OperandForm.padding, count: source.count)
      for entry in input.indices { numbers[form?.place(entry, shape) ?? entry] = input[entry] }
      return parameters.register("input.\(index)", source) { numbers[$0] }
    }
    let tape = Tape(try Machine(threads: 1), parameters)
    let pass = Pass(tape, .train)
    let values = handles.enumerated().map { index, handle in
      guard let handle else { return pass.constant(inputs[index], shapes[index]) }
      return form?.value(pass[handle], shapes[index]) ?? pass[handle]
    }
    let output = try #require(operation.body(values))
    pass.minimize("loss", (output * pass.constant(weights, output.shape)).sum())
    tape.backward()
    let gradients = handles.map { handle -> [Double]? in
      guard let handle, tape.isReached(Int(handle.index)) else { return nil }
      return (0..<handle.shape.count).map { parameters.gradient(handle, $0) }
    }
    return Outcome(output: output.tensor.doubles, gradients: gradients)
  }

  @Test(arguments: OperationKind.allCases, OperandForm.allCases)
  func `a form changes nothing`(_ kind: OperationKind, _ form: OperandForm) throws {
    for operation in OperationCases.of(kind) {
      let entry = try OperationFigures.entry(operation.name)
      let given = try entry.entries("inputs")
      let shapes = try given.map { try $0.shape() }
      var inputs = try given.map { try $0.numbers("values") }
      if form == .broadcast {
        // The contiguous operand repeats what the broadcast one holds once: its first entries.
        for index in inputs.indices where !operation.constants.contains(index) {
          let (shape, numbers) = (shapes[index], inputs[index])
          var first = [Double?](repeating: nil, count: form.source(shape).count)
          for entry in numbers.indices where first[form.place(entry, shape)] == nil {
            first[form.place(entry, shape)] = numbers[entry]
          }
          inputs[index] = try numbers.indices.map { try #require(first[form.place($0, shape)]) }
        }
      }
      // Where the form has no axis to act on, there is nothing to compare.
      let isFormed = shapes.indices.contains {
        !operation.constants.contains($0) && form.fits(shapes[$0])
      }
      if !isFormed { continue }
      let weights = try entry.numbers("weights")
      let plain = try run(operation, shapes, inputs, weights, nil)
      let formed = try run(operation, shapes, inputs, weights, form)
      #expect(
        plain.output.map(\.bitPattern) == formed.output.map(\.bitPattern), "\(operation.name)")
      for index in shapes.indices {
        guard let gradient = plain.gradients[index] else {
          #expect(formed.gradients[index] == nil, "\(operation.name)")
          continue
        }
        var expected = [Double](repeating: 0, count: form.source(shapes[index]).count)
        for entry in gradient.indices {
          expected[form.place(entry, shapes[index])] += gradient[entry]
        }
        let got = try #require(formed.gradients[index], "\(operation.name)")
        let far = distance(got, expected, floor: 0.1)
        // A normalization of equal entries magnifies rounding by 1 / sqrt(epsilon).
        #expect(far <= 1e-11, "\(operation.name): gradient off by \(far)")
      }
    }
  }
}
