/// What stands for the derivative of a choice or a step, whose own is 0 wherever it exists. Such
/// operations take it in the call, so that no cut is made unsaid.
public enum GradientEstimator: Sendable {
  /// Nothing does: the gradient ends at the operation, and the audit names the cut.
  case none
  /// The cotangent passes unchanged, as if the operation were the identity: a biased estimate
  /// (Bengio, Leonard, Courville 2013, arXiv 1308.3432).
  case straightThrough
}

extension Value {
  /// This choice, which is a cut, with the gradient that the estimator gives to its origin.
  func estimating(_ estimator: GradientEstimator, from origin: Value) -> Value {
    switch estimator {
    case .none: self
    case .straightThrough: replacingGradient(by: origin)
    }
  }
}
