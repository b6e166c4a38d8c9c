private import ThalwegAutodiff
private import ThalwegFormats
private import ThalwegNN
package import ThalwegRCGNN
package import ThalwegTensor
private import ThalwegTraining

extension Workload {
  /// The encoder of detector strain under the mean squared error.
  package static func strain(batch: Int, length: Int, on machine: Machine) throws -> Workload {
    let parameters = Parameters(.float32)
    let model = StrainEncoder(in: Builder(parameters, seed: 1337))
    let x = normal("bench.x", Shape(batch, 3, length))
    let y = normal("bench.y", Shape(batch, 64))
    let products = StrainEncoder.products(batch: batch, length: length)
    return try training(
      .strain, "strain encoder, batch \(batch), 3 x \(length)",
      [.init("batch", .integer(batch)), .init("length", .integer(length))],
      [("x", x), ("y", y)], parameters,
      operations: Cost.training(products.all) - 2 * products.first, on: machine
    ) { pass in
      pass.minimize("error", model(pass.constant(x), pass).meanSquaredError(to: pass.constant(y)))
    }
  }

  /// The step of RC-GNN with a configuration, on its first windows.
  package static func rcgnn(
    _ configuration: RCGNNConfiguration, preset: String, batch: Int, on machine: Machine
  ) throws -> Workload {
    let experiment = try RCGNNExperiment(configuration, try RCGNNData(configuration))
    let trainer = try Trainer(
      experiment.parameters, configuration.training.optimizer, on: machine)
    let items = (0..<Int32(min(batch, experiment.trainingItemCount))).map { $0 }
    let (x, mask) = experiment.batch(items)
    let window = configuration.series.window
    let variables = x.shape.last
    return training(
      .rcgnn, "rc-gnn \(preset), batch \(items.count), \(window) x \(variables)",
      [
        .init("preset", .string(preset)), .init("batch", .integer(items.count)),
        .init("window", .integer(window)), .init("variables", .integer(variables)),
        .init("latent", .integer(configuration.latent)),
        .init("hidden", .integer(configuration.hidden)),
        .init("kept_share", .number(configuration.keptShare)),
        .init("reconstruction", .number(configuration.weights.reconstruction)),
        .init("sparsity", .number(configuration.weights.sparsity)),
        .init("acyclicity", .number(configuration.weights.acyclicity)),
        .init("disentanglement", .number(configuration.weights.disentanglement)),
        .init("weight_decay", .number(configuration.training.optimizer.weightDecay)),
      ], [("x", x), ("mask", mask)], trainer, operations: 0
    ) { pass in
      items.withUnsafeBufferPointer { experiment.forward($0, pass, epoch: 1) }
    }
  }
}
