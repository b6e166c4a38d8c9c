package import ThalwegAutodiff
package import ThalwegFormats
private import ThalwegRecord
package import ThalwegTensor
package import ThalwegTraining

/// Something whose speed is measured: a whole training step, or one operation alone, on fixed data,
/// that can be run again and again.
package struct Workload {
  /// What a workload is called on the command line and in files.
  package enum Kind: String, CaseIterable, Sendable {
    case product, mlp, transformer, strain, lstm, softmax, gelu, adam
    case rcgnn = "rc-gnn"
    case layerNorm = "layer-norm"
  }

  /// What it is.
  package let kind: Kind
  /// Its name with its sizes, for people.
  package let name: String
  /// What a twin in another framework must know of it.
  package let settings: [JSON.Member]
  /// The fixed batch, by name.
  package let data: [(name: String, tensor: Tensor)]
  /// What it cannot do without.
  package let cost: Cost
  /// The model's numbers; nil for a product.
  package let parameters: Parameters?
  /// What makes its steps; nil for one operation alone.
  package let trainer: Trainer?
  /// How parameters are updated; nil where they are not.
  package let optimizer: OptimizerConfiguration?
  /// One step.
  package let run: () -> Void
  /// A sum over what a step results in, to compare with a twin's; nil where the loss does that.
  package let check: (() -> Double)?

  /// The loss of the last step; nil for one operation alone.
  package var loss: Double? { trainer?.record.loss }
}

extension Workload {
  /// The step of a model under Adam, clipped at norm 1. At a higher rate a hundred steps on one batch
  /// are chaotic, and twins part by rounding.
  static func training(
    _ kind: Kind, _ name: String, _ settings: [JSON.Member],
    _ data: [(name: String, tensor: Tensor)], _ parameters: Parameters, operations: Int,
    on machine: Machine, _ body: @escaping (Pass) -> Void
  ) throws -> Workload {
    let trainer = try Trainer(
      parameters, OptimizerConfiguration(.adam, learningRate: 2e-4, clipNorm: 1), on: machine)
    return training(kind, name, settings, data, trainer, operations: operations, body)
  }

  static func training(
    _ kind: Kind, _ name: String, _ settings: [JSON.Member],
    _ data: [(name: String, tensor: Tensor)], _ trainer: Trainer, operations: Int,
    _ body: @escaping (Pass) -> Void
  ) -> Workload {
    Workload(
      kind: kind, name: name, settings: settings, data: data,
      cost: Cost(operations: operations, trained: trainer.tape.parameters.values.count),
      parameters: trainer.tape.parameters, trainer: trainer,
      optimizer: trainer.optimizer.configuration, run: { trainer.step(body) }, check: nil)
  }

  /// Standard normal numbers that depend on the name alone.
  static func normal(_ name: String, _ shape: Shape) -> Tensor {
    let stream = RandomStream(seed: 1337, path: name)
    return Tensor((0..<shape.count).map { Float(stream.normal($0)) }, shape: shape)
  }
}

/// What a step cannot do without, whoever computes it.
package struct Cost: Sendable {
  /// Floating-point operations of its matrix products, two for a multiplication and its addition; of
  /// all it computes where it has none. 0: not counted.
  package let operations: Int
  /// Bytes that must come from memory or go there when nothing of a step before is in a cache: of a
  /// training step, what the update reads and writes of each trained number and what the two passes
  /// read of it (value three times, gradient thrice, moments once; value, gradient and moments written
  /// once).
  package let bytes: Int

  /// - Parameter trained: how many numbers a training step updates.
  init(operations: Int, trained: Int) {
    self.operations = operations
    bytes = trained * 4 * 12
  }

  init(operations: Int, bytes: Int) { (self.operations, self.bytes) = (operations, bytes) }

  /// The operations of a training step whose forward pass makes products of so many multiplications,
  /// where both factors need a gradient: three products for one.
  static func training(_ multiplications: Int) -> Int { 6 * multiplications }
}
