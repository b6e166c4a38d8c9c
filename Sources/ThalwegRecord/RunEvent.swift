/// How a training run ended.
public enum RunEnd: String, Sendable {
  /// All epochs were trained.
  case finished
  /// Early stopping ended it.
  case stoppedEarly = "stopped_early"
  /// A number that was not finite ended it.
  case diverged
  /// A signal ended it; the state was saved.
  case interrupted
}

/// What a run tells those who watch it.
public enum RunEvent: Sendable {
  /// A step was made, refused or empty.
  case step(StepRecord)
  /// An epoch ended.
  case epoch(EpochRecord)
  /// Something that the user should know, once.
  case warning(String)
  /// A checkpoint was saved.
  case saved(path: String, step: Int)
  /// The run ended.
  case ended(RunEnd, step: Int)
}

/// Someone who watches a run. Watching never changes it.
public protocol RunObserver: AnyObject {
  /// Called on the training thread for each event, in order.
  /// - Throws: whatever keeps the event from being written down; the run ends with it.
  func observe(_ event: RunEvent) throws
}
