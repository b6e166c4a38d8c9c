private import ThalwegFormats

/// The last whole checkpoint of a run.
package struct Resume {
  package let state: StateDocument
  private let path: String

  /// The checkpoint that `last` names, read once to see that it is whole and fits: what cannot be
  /// gone on from is refused before any file of the run is touched.
  /// - Returns: nil where the run was ended before it had saved one.
  package init?(
    _ folder: RunFolder, _ experiment: any Experiment, _ configuration: TrainingConfiguration
  ) throws {
    guard Files.exists(folder.last) else {
      if let name = Files.target(ofLink: folder.last) {
        throw CheckpointError.gone(link: folder.last, name: name)
      }
      // A kill inside the first save leaves the checkpoint of step 0 and no link: the beginning.
      let later = try Files.list(folder.checkpoints).compactMap { name in
        name.hasPrefix("step-") ? Int(name.dropFirst(5)).map { (step: $0, name: name) } : nil
      }.max { $0.step < $1.step }
      if let later, later.step > 0 {
        throw CheckpointError.linkMissing(link: folder.last, newest: later.name)
      }
      return nil
    }
    path = folder.last
    let file = path + "/state.json"
    state = try StateDocument(
      try JSON.parse(try Files.read(file), source: file), path: file,
      configuration: configuration)
    try fill(try Optimizer(experiment.parameters, configuration.optimizer))
  }

  /// Puts a fresh loop where the checkpoint stands.
  package func restore(_ loop: TrainingLoop) throws {
    try fill(loop.trainer.optimizer)
    loop.trainer.restore(step: state.step, outcomes: state.outcomes)
    loop.state = state.loop
  }

  private func fill(_ optimizer: Optimizer) throws {
    if state.updates.count != optimizer.parameterCount {
      throw CheckpointError.field(path: path + "/state.json", name: "updates")
    }
    try optimizer.read(from: path)
    optimizer.restore(updates: state.updates, learningRate: state.learningRate)
  }
}
