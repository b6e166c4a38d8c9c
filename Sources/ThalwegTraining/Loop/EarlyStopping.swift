/// Ends training when an objective has not improved for a while.
///
/// Patience has one unit, chosen and stated with it. Only evaluations that took place can improve
/// on the best one or, in the unit of evaluations, use patience up.
public struct EarlyStopping: Sendable, Equatable {
  /// What patience is counted in.
  public enum Unit: String, Sendable, CaseIterable {
    /// Evaluations that gave an objective.
    case evaluations
    /// Epochs since the best evaluation, evaluated or not.
    case epochs
  }

  /// How many units without improvement end the training; positive.
  public let patience: Int
  /// What patience is counted in.
  public let unit: Unit
  /// The lowest objective so far; nil before the first evaluation.
  public package(set) var best: Double?
  /// Units since the best evaluation.
  public package(set) var sinceBest = 0

  /// A rule that has seen no epoch.
  public init(patience: Int, unit: Unit = .evaluations) {
    self.patience = patience
    self.unit = unit
  }

  /// Takes in one epoch.
  /// - Parameter objective: nil: this epoch was not evaluated, or the evaluation gave none.
  /// - Returns: whether training should end.
  public mutating func shouldStop(after objective: Double?) -> Bool {
    if let objective, best.map({ objective < $0 }) ?? !objective.isNaN {
      best = objective
      sinceBest = 0
      return false
    }
    if objective != nil || unit == .epochs { sinceBest += 1 }
    return isExhausted
  }

  /// Whether patience is used up.
  package var isExhausted: Bool { sinceBest >= patience }
}
