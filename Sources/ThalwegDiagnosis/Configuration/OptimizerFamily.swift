/// What an update owes to the size of the gradient.
enum OptimizerFamily: Sendable {
  /// Adam and its kin divide each entry by its own recent size: a factor on all gradients cancels.
  case adaptive
  /// The update is proportional to the gradient.
  case proportional

  /// nil: not told, or not known.
  init?(_ training: TrainingSettings) {
    guard let flat = training.className(.optimizer) else { return nil }
    if flat.contains("adam") || flat.contains("lamb") || flat.contains("lion")
      || flat.contains("adafactor") || flat.contains("rmsprop") || flat.contains("adagrad")
    {
      self = .adaptive
    } else if flat.hasPrefix("sgd") || flat == "momentum" {
      self = .proportional
    } else {
      return nil
    }
  }
}
