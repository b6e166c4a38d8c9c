package import ThalwegAutodiff
package import ThalwegNN
private import ThalwegTensor

/// The published model: three latent codes for each time step, a matrix of structure that is kept
/// sparse by its k largest entries, and a decoder that does not look at the matrix.
///
/// Because of that last point no gradient of the reconstruction reaches the structure: only the
/// penalties and the weight decay do. It is kept to reproduce the published runs.
package struct LatentModel: StructureModel, Sendable {
  package struct Configuration: Sendable, Equatable {
    package var variables: Int
    /// L: numbers in each of the three codes.
    package var latent: Int
    /// H: units of each hidden layer.
    package var hidden: Int
    /// k: entries of the matrix that are kept, self-edges among them.
    package var kept: Int
    package var weights: LossWeights
    package var divisor: MaskedDivisor
  }

  package let configuration: Configuration
  private let signal: MLP
  private let noise: MLP
  private let bias: MLP
  private let decoder: MLP
  private let logits: Parameter
  private let structure: Place
  private let identity: Tensor
  private let pairWeights: Tensor

  package init(_ configuration: Configuration, in builder: Builder) {
    self.configuration = configuration
    let (d, h, l) = (configuration.variables, configuration.hidden, configuration.latent)
    identity = Acyclicity.identity(d)
    pairWeights = Disentanglement.pairWeights(latent: l)
    signal = MLP([d, h, l], in: builder / "encoder" / "signal")
    noise = MLP([d, h, l], in: builder / "encoder" / "noise")
    bias = MLP([d, h, l], in: builder / "encoder" / "bias")
    let place = builder / "structure"
    logits = place.parameter("logits", Shape(d, d), .normal(standardDeviation: 0.1))
    structure = place.place
    decoder = MLP([3 * l, h, d], in: builder / "decoder")
  }

  package func minimize(_ batch: WindowBatch, _ pass: Pass) {
    let (error, codes) = reconstruction(batch, pass)
    // A batch in which nothing was observed is an empty one: no penalty acts alone.
    guard let error else { return }
    pass.minimize("reconstruction", error, weight: configuration.weights.reconstruction)
    let matrix = adjacency(pass)
    pass.minimize(
      "sparsity", matrix.absolute().mean(), weight: configuration.weights.sparsity)
    pass.minimize(
      "acyclicity", Acyclicity.published(matrix, identity: identity, pass),
      weight: configuration.weights.acyclicity)
    pass.minimize(
      "disentanglement",
      Disentanglement.published(codes, weights: pairWeights, pass),
      weight: configuration.weights.disentanglement)
  }

  package func reconstructionError(_ batch: WindowBatch, _ pass: Pass) -> Value? {
    reconstruction(batch, pass).error
  }

  /// The published error is mean(((Y M + X (1 - M) - X) M)^2), which for a mask of zeros and ones is
  /// mean(M (Y - X)^2).
  private func reconstruction(_ batch: WindowBatch, _ pass: Pass) -> (error: Value?, codes: Value) {
    let rows = Shape(batch.count, batch.length * configuration.variables)
    let steps = Shape(batch.count, batch.length, configuration.variables)
    let values = pass.constant(rows) { batch.values(window: $0, row: 0) }.reshaped(to: steps)
    let mask = pass.constant(rows) { batch.mask(window: $0, row: 0) }.reshaped(to: steps)
    let codes = Value.concatenated(signal(values, pass), noise(values, pass), bias(values, pass))
    let error = decoder(codes, pass).meanSquaredError(
      to: values, mask: mask, dividingBy: configuration.divisor)
    return (error, codes)
  }

  /// A = sigmoid of the k largest logits, 0 elsewhere.
  package func adjacency(_ pass: Pass) -> Value {
    let outer = pass.enter(structure)
    defer { pass.leave(to: outer) }
    let (kept, mask) = pass[logits].keeping(configuration.kept)
    return kept.sigmoid() * mask
  }
}
