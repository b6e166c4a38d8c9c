import ThalwegRecord

/// Reads `trainer_state.json` of the Hugging Face Trainer.
///
/// An entry of `log_history` is a record of training, of an evaluation (`eval_loss`), or the summary
/// of the whole training at its end (`train_loss`, `train_runtime`); figures without such a word
/// come from training data. Everything beside it becomes settings.
struct TrainerStateReader: RunFileReader {
  static let history = "log_history"

  private let path: String
  private var isRead = false

  init(_ path: String) { self.path = path }

  /// Reads the file once; it is written whole.
  mutating func advance(_ collector: RunCollector, isFinal: Bool) throws {
    if isRead { return }
    isRead = true
    let bytes = try WholeFile.read(path)
    try bytes.withUnsafeBufferPointer { bytes in
      var document = JSONDocument(bytes, path: path, defaultSplit: .training)
      try document.readRecords(TrainerStateReader.history, into: collector)
    }
    if collector.source.parts == 0 {
      collector.source.remarks.append("'\(TrainerStateReader.history)' is empty")
    }
  }
}
