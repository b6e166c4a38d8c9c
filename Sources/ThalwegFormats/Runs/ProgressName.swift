import ThalwegRecord

/// A name under which files say how far training is.
struct ProgressName {
  enum Measure: Int {
    case step, epoch, batch
  }

  var measure: Measure
  /// Of several names for one measure in one record, the one of the lowest rank is taken.
  var rank: Int

  /// nil where the name says nothing of progress.
  init?(_ name: String) {
    // How often the tool has logged, which need not be the optimizer's step.
    if name == "_step" {
      measure = .step
      rank = 9
      return
    }
    let words = NameWords.joined(name)
    guard let (measure, rank) = ProgressName.known[words] else { return nil }
    self.measure = measure
    self.rank = rank
  }

  static let names = known.keys.sorted()

  private static let known: [String: (Measure, Int)] = [
    "global_step": (.step, 0), "trainer_global_step": (.step, 1), "train_global_step": (.step, 2),
    "step": (.step, 3), "steps": (.step, 4), "global_iter": (.step, 5), "iteration": (.step, 6),
    "iter": (.step, 7), "iterations": (.step, 8),
    "epoch": (.epoch, 0), "current_epoch": (.epoch, 1), "trainer_epoch": (.epoch, 2),
    "train_epoch": (.epoch, 3), "epochs": (.epoch, 4),
    "batch": (.batch, 0), "batch_idx": (.batch, 1), "batch_index": (.batch, 2),
  ]
}
