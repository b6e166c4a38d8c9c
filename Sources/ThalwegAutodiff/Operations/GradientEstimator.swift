/// How a gradient goes through an operation that has no derivative of use: a choice, a step. Such
/// operations take it in the call, so that no cut is made unsaid.
public enum GradientEstimator: Sendable {
  /// None does: the gradient ends at the operation, and the audit names the cut.
  case none
  /// The cotangent passes unchanged, as if the operation were the identity: a biased estimate
  /// (Bengio, Leonard, Courville 2013, arXiv 1308.3432).
  case straightThrough
}
