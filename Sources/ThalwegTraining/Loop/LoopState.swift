/// Where a loop stands between two steps, apart from the numbers of model and optimizer.
package struct LoopState: Equatable {
  /// The epoch of the next step, from 1.
  package var epoch = 1
  /// Batches of that epoch that are done.
  package var batch = 0
  package var totals = EpochTotals()
  /// The lowest objective so far.
  package var best: Double?
  package var plateau: ReduceOnPlateau?
  package var stopping: EarlyStopping?
  /// Whether the last epoch ended the run because it could make no step.
  package var isDiverged = false

  package init(_ configuration: TrainingConfiguration) {
    plateau = configuration.plateau.map(ReduceOnPlateau.init)
    stopping = configuration.patience.map {
      EarlyStopping(patience: $0, unit: configuration.patienceUnit)
    }
  }
}
