#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// What the learning rate is multiplied with at each step: a linear warm-up, then a decay.
///
/// A function of the number of the step and of nothing else, so that a resumed run needs no memory
/// of it. It counts all steps: refused and empty ones use their place up too.
public struct Schedule: Sendable, Equatable {
  /// What the factor does after the warm-up; steps are counted from its end.
  public enum Decay: Sendable, Equatable {
    /// It stays 1.
    case none
    /// floor + (1 - floor) (1 + cos(pi t / steps)) / 2, and `floor` from `steps` on (Loshchilov, Hutter
    /// 2017, arXiv 1608.03983, eq. 5, without restarts).
    case cosine(steps: Int, floor: Double)
    /// factor^(t / every), rounded down: multiplied with `factor` after each `every` steps.
    case step(every: Int, factor: Double)
  }

  /// Steps until the factor is 1; 0: no warm-up.
  public var warmUpSteps: Int
  /// The factor of the first step of the warm-up.
  public var warmUpStart: Double
  /// What the factor does after the warm-up.
  public var decay: Decay

  /// The factor is 1 throughout unless something else is asked for.
  public init(warmUpSteps: Int = 0, warmUpStart: Double = 0.1, decay: Decay = .none) {
    self.warmUpSteps = warmUpSteps
    self.warmUpStart = warmUpStart
    self.decay = decay
  }

  /// The factor of a step: with t = step - 1 and a warm-up of w steps from s,
  /// s + (1 - s) t / w where t < w, else the decay's at t - w.
  /// - Parameter step: from 1.
  public func factor(at step: Int) -> Double {
    let done = max(step - 1, 0)
    if done < warmUpSteps {
      return warmUpStart + (1 - warmUpStart) * (Double(done) / Double(warmUpSteps))
    }
    let since = done - warmUpSteps
    switch decay {
    case .none: return 1
    case .cosine(let steps, let floor):
      if since >= steps { return floor }
      return floor + (1 - floor) * (1 + cos(.pi * (Double(since) / Double(steps)))) / 2
    case .step(let every, let factor): return power(factor, since / every)
    }
  }

  /// Refuses numbers with which a factor means nothing.
  func check() throws(OptimizerError) {
    func check(
      _ name: String, _ value: Double, _ range: String, _ isAllowed: Bool
    ) throws(OptimizerError) {
      if !isAllowed { throw .outOfRange(name: name, value: value, range: range) }
    }
    let share = "above 0 and at most 1"
    try check("warmUpSteps", Double(warmUpSteps), "not negative", warmUpSteps >= 0)
    try check("warmUpStart", warmUpStart, share, warmUpStart > 0 && warmUpStart <= 1)
    switch decay {
    case .none: break
    case .cosine(let steps, let floor):
      try check("steps of the cosine", Double(steps), "positive", steps > 0)
      try check("floor of the cosine", floor, "in [0, 1]", floor >= 0 && floor <= 1)
    case .step(let every, let factor):
      try check("every of the step decay", Double(every), "positive", every > 0)
      try check("factor of the step decay", factor, share, factor > 0 && factor <= 1)
    }
  }
}
