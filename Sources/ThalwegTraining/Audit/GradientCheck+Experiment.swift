public import ThalwegAutodiff
public import ThalwegTensor

extension GradientCheck {
  /// Checks the gradients of a system on the first batch of its first epoch, in Double; changes no
  /// parameter. Batches in which nothing is minimized are passed over, up to eight.
  /// - Parameters:
  ///   - configuration: its batch size, seed and frozen parameters are used.
  ///   - entries: how many entries of a tensor are compared: all where it has no more.
  /// - Throws: `OptimizerError` where the configuration does not fit the parameters.
  public init(
    _ experiment: any Experiment, _ configuration: TrainingConfiguration, on machine: Machine,
    entries: Int = 64
  ) throws(OptimizerError) {
    let parameters = experiment.parameters
    let frozen = parameters.segments.map(\.isFrozen)
    defer {
      for (index, isFrozen) in frozen.enumerated() { parameters.setFrozen(index, isFrozen) }
    }
    // Made for what it does to the parameters: freezing them by path.
    _ = try Optimizer(parameters, configuration.optimizer)
    let count = experiment.trainingItemCount
    let order = RandomStream(seed: configuration.seed, path: "data.order.1").permutation(count)
    let size = configuration.batchSize
    let batch = GradientCheck.firstBatch(order, size, experiment, configuration.seed, machine)
    self.init(
      parameters, on: machine, entries: entries, seed: configuration.seed, step: batch + 1
    ) { pass in
      GradientCheck.items(order, size, batch) { experiment.forward($0, pass, epoch: 1) }
    }
  }

  private static func items(
    _ order: [Int32], _ size: Int, _ batch: Int, _ body: (UnsafeBufferPointer<Int32>) -> Void
  ) {
    order.withUnsafeBufferPointer {
      body(
        UnsafeBufferPointer(
          rebasing: $0[min(batch * size, $0.count)..<min((batch + 1) * size, $0.count)]))
    }
  }

  /// The number of the first batch in which something is minimized; 0 where none is.
  private static func firstBatch(
    _ order: [Int32], _ size: Int, _ experiment: any Experiment, _ seed: UInt64,
    _ machine: Machine
  ) -> Int {
    let tape = Tape(machine, experiment.parameters, isRecording: false)
    let batches = (order.count + size - 1) / size
    return (0..<min(batches, 8)).first { batch in
      tape.clear()
      let pass = Pass(tape, .train, seed: seed, step: batch + 1)
      items(order, size, batch) { experiment.forward($0, pass, epoch: 1) }
      return !tape.terms.isEmpty
    } ?? 0
  }
}
