private import ThalwegAutodiff
private import ThalwegFormats
package import ThalwegTensor
private import ThalwegTraining

/// One operation alone.
extension Workload {
  /// The product of two matrices n x n.
  package static func product(_ n: Int, on machine: Machine) -> Workload {
    let shape = Shape(n, n)
    let (x, y) = (normal("bench.x", shape), normal("bench.y", shape))
    let (a, b, c) = (
      FlatStorage(holding: x), FlatStorage(holding: y), FlatStorage(.float32, count: n * n)
    )
    let product = Product(
      scalarType: .float32, rows: n, columns: n, inner: n, a: a.pointer, b: b.pointer, c: c.pointer)
    return Workload(
      kind: .product, name: "matrix product \(n) x \(n)", settings: [.init("n", .integer(n))],
      data: [("x", x), ("y", y)],
      cost: Cost(operations: 2 * n * n * n, bytes: 3 * 4 * n * n), parameters: nil, trainer: nil,
      optimizer: nil,
      run: {
        // The factors live as long as the closure does.
        withExtendedLifetime((a, b)) { machine.multiply(product) }
      }, check: { (0..<n * n).reduce(0) { $0 + c[$1] * c[$1] } })
  }

  /// A function of rows and its backward pass for a given cotangent.
  package static func rows(
    _ kind: Kind, _ rows: Int, _ columns: Int, on machine: Machine
  ) -> Workload {
    let shape = Shape(rows, columns)
    let (x, cotangent) = (normal("bench.x", shape), normal("bench.cotangent", shape))
    let given = FlatStorage(holding: cotangent)
    let parameters = Parameters(.float32)
    let numbers = x.floats
    let input = parameters.register("x", shape) { Double(numbers[$0]) }
    let gains: (Parameter, Parameter)? =
      kind == .layerNorm
      ? (
        parameters.register("weight", [columns]) { 1 + 0.01 * Double($0 % 7) },
        parameters.register("bias", [columns]) { 0.01 * Double($0 % 5) }
      ) : nil
    let tape = Tape(machine, parameters)
    let bytes = shape.count * 4
    return Workload(
      kind: kind, name: "\(kind.rawValue) of \(rows) x \(columns), forward and backward",
      settings: [.init("rows", .integer(rows)), .init("columns", .integer(columns))],
      data: [("x", x), ("cotangent", cotangent)],
      // Forward reads and writes, backward reads input or result and cotangent, and writes.
      cost: Cost(operations: 0, bytes: 5 * bytes), parameters: parameters, trainer: nil,
      optimizer: nil,
      run: {
        tape.clear()
        let pass = Pass(tape, .train)
        let x = pass[input]
        let result =
          switch kind {
          case .softmax: x.softmax()
          case .gelu: x.gelu()
          default:
            x.layerNormalized(gain: gains.map { pass[$0.0] }, offset: gains.map { pass[$0.1] })
          }
        tape.backward(from: result, cotangent: given.pointer)
      }, check: { sumOfSquares(parameters.gradientTensor(input)) })
  }

  /// One step of Adam over a tensor whose gradient is given.
  package static func adam(_ count: Int, on machine: Machine) throws -> Workload {
    let shape = Shape(count)
    let (weight, gradient) = (normal("bench.weight", shape), normal("bench.gradient", shape))
    let parameters = Parameters(.float32)
    let numbers = weight.floats
    let updated = parameters.register("weight", shape) { Double(numbers[$0]) }
    let optimizer = try Optimizer(parameters, OptimizerConfiguration(.adam))
    let tape = Tape(machine, parameters)
    for (index, number) in gradient.floats.enumerated() {
      parameters.gradients[index] = Double(number)
    }
    optimizer.expectGradients()
    return Workload(
      kind: .adam, name: "Adam over \(count) numbers", settings: [.init("count", .integer(count))],
      data: [("weight", weight), ("gradient", gradient)],
      // Reads value, gradient and two moments, writes three of them.
      cost: Cost(operations: 0, bytes: 7 * 4 * count), parameters: parameters, trainer: nil,
      optimizer: optimizer.configuration,
      run: { _ = optimizer.apply(tape) }, check: { sumOfSquares(parameters.tensor(updated)) })
  }

  private static func sumOfSquares(_ tensor: Tensor) -> Double {
    tensor.doubles.reduce(0) { $0 + $1 * $1 }
  }
}
