private import ThalwegAutodiff
private import ThalwegFormats
private import ThalwegNN
package import ThalwegTensor

extension Workload {
  /// A perceptron under the mean squared error.
  package static func mlp(_ widths: [Int], batch: Int, on machine: Machine) throws -> Workload {
    let parameters = Parameters(.float32)
    let model = MLP(widths, in: Builder(parameters, seed: 1337))
    let x = normal("bench.x", Shape(batch, widths[0]))
    let y = normal("bench.y", Shape(batch, widths[widths.count - 1]))
    let products = zip(widths, widths.dropFirst()).reduce(0) { $0 + batch * $1.0 * $1.1 }
    // The first layer's input needs no gradient.
    let operations = Cost.training(products) - 2 * batch * widths[0] * widths[1]
    return try training(
      .mlp, "mlp \(listed(widths)), batch \(batch)",
      [.init("sizes", .array(widths.map(JSON.integer))), .init("batch", .integer(batch))],
      [("x", x), ("y", y)], parameters, operations: operations, on: machine
    ) { pass in
      pass.minimize("error", model(pass.constant(x), pass).meanSquaredError(to: pass.constant(y)))
    }
  }

  /// One layer of a transformer encoder under the mean squared error.
  package static func transformer(
    batch: Int, length: Int, width: Int, heads: Int, feedForward: Int, on machine: Machine
  ) throws -> Workload {
    let parameters = Parameters(.float32)
    let model = TransformerEncoderLayer(
      width, heads: heads, feedForward: feedForward, activation: .gelu,
      in: Builder(parameters, seed: 1337))
    let shape = Shape(batch, length, width)
    let (x, y) = (normal("bench.x", shape), normal("bench.y", shape))
    let rows = batch * length
    let linear = rows * width * (3 * width + width + 2 * feedForward)
    let attention = 2 * rows * length * width
    let operations = Cost.training(linear + attention) - 2 * rows * width * 3 * width
    return try training(
      .transformer,
      "transformer layer, batch \(batch), length \(length), width \(width), \(heads) heads, "
        + "feed-forward \(feedForward)",
      [
        .init("batch", .integer(batch)), .init("length", .integer(length)),
        .init("width", .integer(width)), .init("heads", .integer(heads)),
        .init("feed_forward", .integer(feedForward)),
      ], [("x", x), ("y", y)], parameters, operations: operations, on: machine
    ) { pass in
      pass.minimize("error", model(pass.constant(x), pass).meanSquaredError(to: pass.constant(y)))
    }
  }

  /// A bidirectional memory of several layers under the mean squared error.
  package static func lstm(
    batch: Int, length: Int, inputs: Int, hidden: Int, layers: Int, on machine: Machine
  ) throws -> Workload {
    let parameters = Parameters(.float32)
    let model = LSTM(
      inputs, hidden, layers: layers, isBidirectional: true, in: Builder(parameters, seed: 1337))
    let x = normal("bench.x", Shape(batch, length, inputs))
    let y = normal("bench.y", Shape(batch, length, 2 * hidden))
    let rows = batch * length
    let products = memoryProducts(rows, inputs, hidden, layers: layers)
    let operations = Cost.training(products) - 2 * rows * inputs * 8 * hidden
    return try training(
      .lstm,
      "bidirectional LSTM, batch \(batch), length \(length), \(inputs) inputs, \(hidden) units, "
        + "\(layers) layers",
      [
        .init("batch", .integer(batch)), .init("length", .integer(length)),
        .init("inputs", .integer(inputs)), .init("hidden", .integer(hidden)),
        .init("layers", .integer(layers)),
      ], [("x", x), ("y", y)], parameters, operations: operations, on: machine
    ) { pass in
      pass.minimize(
        "error", model(pass.constant(x), pass).values.meanSquaredError(to: pass.constant(y)))
    }
  }

  /// Multiplications of the forward pass of a bidirectional LSTM over so many steps of all sequences.
  static func memoryProducts(_ rows: Int, _ inputs: Int, _ hidden: Int, layers: Int) -> Int {
    (0..<layers).reduce(0) { sum, layer in
      sum + 2 * rows * 4 * hidden * ((layer == 0 ? inputs : 2 * hidden) + hidden)
    }
  }

  private static func listed(_ widths: [Int]) -> String {
    widths.map(String.init).joined(separator: "-")
  }
}
