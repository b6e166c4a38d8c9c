/// Lowers the learning rate when an objective has stopped falling.
///
/// The rules of torch's `ReduceLROnPlateau` in mode min with a relative threshold: an evaluation
/// counts as better below best (1 - threshold); after more than `patience` evaluations that were
/// not, the rate is multiplied with `factor`, and for `cooldown` evaluations none is counted. An
/// evaluation that did not take place is not counted.
public struct ReduceOnPlateau: Sendable, Equatable {
  /// How the rate is lowered.
  public struct Configuration: Sendable, Equatable {
    /// What the rate is multiplied with; between 0 and 1.
    public var factor: Double
    /// Evaluations without improvement that are let pass.
    public var patience: Int
    /// Evaluations after a reduction that are not counted.
    public var cooldown: Int
    /// The relative improvement that counts.
    public var threshold: Double
    /// The rate is not lowered below it.
    public var minimumRate: Double

    /// torch's default threshold and no lower bound.
    public init(
      factor: Double = 0.1, patience: Int = 10, cooldown: Int = 0, threshold: Double = 1e-4,
      minimumRate: Double = 0
    ) {
      self.factor = factor
      self.patience = patience
      self.cooldown = cooldown
      self.threshold = threshold
      self.minimumRate = minimumRate
    }
  }

  /// How the rate is lowered.
  public let configuration: Configuration
  /// The lowest objective so far; nil before the first.
  public package(set) var best: Double?
  /// Evaluations that were not better, since the last that was.
  public package(set) var badCount = 0
  /// Evaluations still left out of the count.
  public package(set) var cooldownLeft = 0

  /// A schedule that has seen no evaluation.
  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// Takes in one evaluation's objective.
  /// - Parameter objective: nil: the evaluation gave none, which changes nothing.
  /// - Returns: the rate to use from now on.
  public mutating func rate(after objective: Double?, from rate: Double) -> Double {
    guard let objective else { return rate }
    // Of an infinite best no share can be taken.
    let margin = best.map { $0.isFinite ? abs($0) * configuration.threshold : 0 } ?? 0
    let isBetter = best.map { objective < $0 - margin } ?? !objective.isNaN
    if isBetter {
      best = objective
      badCount = 0
    } else {
      badCount += 1
    }
    if cooldownLeft > 0 {
      cooldownLeft -= 1
      badCount = 0
    }
    if badCount <= configuration.patience { return rate }
    cooldownLeft = configuration.cooldown
    badCount = 0
    let lowered = max(rate * configuration.factor, configuration.minimumRate)
    // torch leaves the rate alone where the change would be below 1e-8.
    return rate - lowered > 1e-8 ? lowered : rate
  }
}
