/// The counters of early stopping, together with a schedule that lowers the rate on a plateau.
package struct EarlyStop: Sendable, Equatable {
  /// Epochs without improvement until the end.
  package var patience: Int
  /// Whether the counter starts anew when the rate goes down.
  package var resetsOnDrop: Bool
  package var base: Double
  /// nil: the rate does not depend on the metric.
  package var plateau: PlateauRule?

  package init(patience: Int, resetsOnDrop: Bool, base: Double, plateau: PlateauRule?) {
    self.patience = patience
    self.resetsOnDrop = resetsOnDrop
    self.base = base
    self.plateau = plateau
  }

  package struct Outcome: Sendable, Equatable {
    /// Epochs without improvement until training stops; nil: it does not stop.
    package var epochs: Int?
    /// The epochs, counted from the first without improvement, in which the rate went down.
    package var drops: [Int]
    package var rate: Double
  }

  /// What a metric does that never improves again.
  package var withoutImprovement: Outcome {
    var state = PlateauRule.State(rate: base)
    var drops: [Int] = []
    var counter = 0
    for epoch in 1...100_000 {
      counter += 1
      if let plateau, plateau.step(&state, metric: nil) {
        drops.append(epoch)
        if resetsOnDrop { counter = 0 }
      }
      if counter >= patience { return Outcome(epochs: epoch, drops: drops, rate: state.rate) }
    }
    return Outcome(epochs: nil, drops: drops, rate: state.rate)
  }
}
