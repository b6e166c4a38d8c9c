package import ThalwegAutodiff
private import ThalwegNN
package import ThalwegRecord
package import ThalwegTensor
private import ThalwegTraining

/// RC-GNN: a causal graph over the columns of a table, with the figures that judge it.
package final class RCGNNExperiment: Experiment {
  package let configuration: RCGNNConfiguration
  package let data: RCGNNData
  package let parameters: Parameters
  package let model: any StructureModel
  private let memory: SeriesMemory

  package init(_ configuration: RCGNNConfiguration, _ data: RCGNNData) throws(RCGNNError) {
    self.configuration = configuration
    self.data = data
    parameters = Parameters(.float32)
    memory = SeriesMemory(data.series)
    let builder = Builder(parameters, seed: configuration.training.seed)
    let variables = data.series.names.count
    switch configuration.model {
    case .latent:
      model = LatentModel(
        .init(
          variables: variables, latent: configuration.latent, hidden: configuration.hidden,
          kept: max(1, Int(configuration.keptShare * Double(variables * variables))),
          weights: configuration.weights, divisor: configuration.divisor), in: builder)
    case .graph:
      if configuration.lags >= data.series.window {
        throw .lagsExceedWindow(lags: configuration.lags, window: data.series.window)
      }
      model = GraphModel(
        .init(
          variables: variables, hidden: configuration.hidden, lags: configuration.lags,
          weights: configuration.weights, divisor: configuration.divisor), in: builder)
    }
  }

  package var name: String { configuration.name }

  package var trainingItemCount: Int { data.series.splits.training.count }

  package func forward(_ items: UnsafeBufferPointer<Int32>, _ pass: Pass, epoch: Int) {
    model.minimize(
      WindowBatch(items, offset: data.series.splits.training.lowerBound, of: memory), pass)
  }

  /// What a batch of training windows holds: `[batch, window, variables]`, gaps filled, and the mask
  /// with 1 where observed.
  package func batch(_ items: [Int32]) -> (values: Tensor, mask: Tensor) {
    let shape = Shape(items.count, data.series.window, data.series.names.count)
    func numbers(_ row: (WindowBatch, Int) -> UnsafePointer<Float>) -> Tensor {
      items.withUnsafeBufferPointer { items in
        let batch = WindowBatch(items, offset: data.series.splits.training.lowerBound, of: memory)
        let size = shape[1] * shape[2]
        return Tensor(
          (0..<items.count).flatMap { UnsafeBufferPointer(start: row(batch, $0), count: size) },
          shape: shape)
      }
    }
    return (
      numbers { $0.values(window: $1, row: 0) }, numbers { $0.mask(window: $1, row: 0) }
    )
  }

  package func evaluate(on machine: Machine, epoch: Int) -> EvaluationRecord {
    let tape = Tape(machine, parameters, isRecording: false)
    let error = reconstructionError(over: data.series.splits.validation, tape)
    tape.clear()
    let scores = model.adjacency(Pass(tape, .evaluate)).tensor.doubles
    var metrics = [Metric("val_reconstruction", error)]
    if configuration.usesOracle {
      let found = oracleMetrics(scores)
      return EvaluationRecord(
        metrics: metrics + found,
        objective: found.first { $0.name == "val_shd" }?.value)
    }
    metrics += graphMetrics(scores)
    return EvaluationRecord(metrics: metrics, objective: error)
  }

  /// The mean over batches as large as in training, each weighted with its number of windows; nil
  /// where no batch has an observed entry.
  private func reconstructionError(over starts: Range<Int>, _ tape: Tape) -> Double? {
    let items = (0..<Int32(starts.count)).map { $0 }
    var (sum, count) = (0.0, 0)
    items.withUnsafeBufferPointer { items in
      for start in stride(from: 0, to: items.count, by: configuration.training.batchSize) {
        let end = min(start + configuration.training.batchSize, items.count)
        tape.clear()
        let batch = WindowBatch(
          UnsafeBufferPointer(rebasing: items[start..<end]), offset: starts.lowerBound, of: memory)
        guard let error = model.reconstructionError(batch, Pass(tape, .evaluate)) else { continue }
        sum += error.item * Double(end - start)
        count += end - start
      }
    }
    return count > 0 ? sum / Double(count) : nil
  }

  /// The weights of the graph as they stand, row-major, row causes column.
  package func adjacency(on machine: Machine) -> [Double] {
    let tape = Tape(machine, parameters, isRecording: false)
    return model.adjacency(Pass(tape, .evaluate)).tensor.doubles
  }
}
