package import ThalwegAutodiff
package import ThalwegNN
private import ThalwegTensor

/// Our model: each variable is reconstructed from the recent past of the others, through the graph.
///
/// For effect j, hidden units h and lags l = 1 ... L:
/// y_j(t) = sum_h V[j, h] relu(sum_l sum_i A[i, j] W[l, i, j, h] x_i(t - l) + b[j, h]) + c_j.
/// With A[i, j] = 0 the past of i cannot reach j, so the graph earns its edges by reconstruction
/// alone. The form is that of component-wise networks for Granger causality (Tank, Covert, Foti,
/// Shojaie, Fox 2021, arXiv 1802.05842) with one gate a pair in place of a group norm.
package struct GraphModel: StructureModel, Sendable {
  package struct Configuration: Sendable, Equatable {
    package var variables: Int
    /// Units for each effect.
    package var hidden: Int
    /// L: rows of the past that are looked at.
    package var lags: Int
    package var weights: LossWeights
    package var divisor: MaskedDivisor
  }

  package let configuration: Configuration
  private let logits: Parameter
  private let structure: Place
  private let inner: Parameter
  private let innerBias: Parameter
  private let outer: Parameter
  private let outerBias: Parameter
  private let mechanism: Place

  package init(_ configuration: Configuration, in builder: Builder) {
    self.configuration = configuration
    let (d, h) = (configuration.variables, configuration.hidden)
    let lags = configuration.lags
    let graph = builder / "structure"
    // sigmoid(0) = 1/2: every edge starts undecided.
    logits = graph.parameter("logits", Shape(d, d), .zeros)
    structure = graph.place
    let child = builder / "mechanism"
    inner = child.parameter("inner.weight", Shape(lags, d, d, h), .kaimingUniform(fanIn: lags * d))
    innerBias = child.parameter("inner.bias", Shape(d * h), .kaimingUniform(fanIn: lags * d))
    outer = child.parameter("outer.weight", Shape(d, h), .kaimingUniform(fanIn: h))
    outerBias = child.parameter("outer.bias", Shape(d), .zeros)
    mechanism = child.place
  }

  package func minimize(_ batch: WindowBatch, _ pass: Pass) {
    let matrix = adjacency(pass)
    // A batch in which nothing was observed is an empty one: no penalty acts alone.
    guard let error = error(batch, matrix, pass) else { return }
    pass.minimize("reconstruction", error, weight: configuration.weights.reconstruction)
    pass.minimize("sparsity", matrix.mean(), weight: configuration.weights.sparsity)
  }

  package func reconstructionError(_ batch: WindowBatch, _ pass: Pass) -> Value? {
    error(batch, adjacency(pass), pass)
  }

  package func adjacency(_ pass: Pass) -> Value {
    let outer = pass.enter(structure)
    defer { pass.leave(to: outer) }
    return pass[logits].sigmoid()
  }

  private func error(_ batch: WindowBatch, _ matrix: Value, _ pass: Pass) -> Value? {
    let before = pass.enter(mechanism)
    defer { pass.leave(to: before) }
    let (d, h) = (configuration.variables, configuration.hidden)
    let lags = configuration.lags
    let steps = batch.length - lags
    let rows = batch.count * steps
    // The past of one row is one piece of memory: rows t - L ... t - 1, all variables.
    let past = pass.constant(Shape(rows, lags * d)) {
      batch.values(window: $0 / steps, row: $0 % steps)
    }
    let shape = Shape(batch.count, steps * d)
    let target = pass.constant(shape) { batch.values(window: $0, row: lags) }
    let mask = pass.constant(shape) { batch.mask(window: $0, row: lags) }
    let gated = pass[inner] * matrix.reshaped(to: Shape(d, d, 1))
    let units = past.linear(
      weight: gated.reshaped(to: Shape(lags * d, d * h)), bias: pass[innerBias]
    ).relu()
    let sums = (units.reshaped(to: Shape(rows, d, h)) * pass[self.outer]).sum(axis: 2)
    let output = sums.reshaped(to: Shape(rows, d)) + pass[outerBias]
    return output.reshaped(to: shape).meanSquaredError(
      to: target, mask: mask, dividingBy: configuration.divisor)
  }
}
