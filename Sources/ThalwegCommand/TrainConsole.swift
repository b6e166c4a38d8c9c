private import ThalwegFormats
private import ThalwegRCGNN
import ThalwegRecord
import ThalwegReport

/// Shows a training run: results line by line, progress between them.
final class TrainConsole: RunObserver {
  private let console: Console
  private let epochs: Int
  private let batches: Int
  private let patience: Int?
  private var progress: ProgressBar
  /// The last epoch whose health has not been shown.
  private var last: EpochRecord?

  /// - Parameters:
  ///   - batches: of one epoch.
  ///   - done: steps of the run before now.
  init(_ console: Console, epochs: Int, batches: Int, patience: Int?, done: Int) {
    self.console = console
    self.epochs = epochs
    self.batches = batches
    self.patience = patience
    progress = ProgressBar(console, done: done, total: epochs * batches)
  }

  func observe(_ event: RunEvent) {
    switch event {
    case .step(let record):
      // Three lines an epoch, as the published system prints them.
      let every = batches / 3
      if every >= 50 && record.batch % every == 0 {
        console.result(EpochLine.batch(record, of: batches))
      }
      progress.update(done: record.step, "epoch \(record.epoch)/\(epochs), step")
    case .epoch(let record):
      if let evaluation = record.evaluation, let line = EpochLine.threshold(evaluation) {
        console.result(line)
      }
      console.result(EpochLine.epoch(record, of: epochs, patience: patience))
      last = record
      // Every tenth of a long training in full, and its end.
      if record.epoch % max(1, epochs / 10) == 0 { showHealth() }
    case .warning(let text): console.warning(text)
    case .saved: return
    case .ended: showHealth()
    }
  }

  /// The gradient health of the last epoch, once.
  private func showHealth() {
    guard let record = last else { return }
    console.result(EpochLine.terms(record))
    console.result(EpochLine.norms(record))
    console.result(EpochLine.gradient(record.gradient))
    last = nil
  }
}
