/// What happens when a loss, gradient, parameter or optimizer state is not finite. The step is never
/// taken; nothing is changed before it is known.
public enum NonFinitePolicy: String, Sendable, CaseIterable {
  /// Goes on with the next batch.
  case skip
  /// Ends the training.
  case stop
  /// Puts the last snapshot of parameters and optimizer back, then goes on with the next batch.
  case rollBack = "roll_back"
}
