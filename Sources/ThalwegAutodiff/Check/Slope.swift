private import ThalwegTensor

/// A function of one number near 0, whose slope there is compared with one that is claimed.
struct Slope {
  /// What the comparison came to.
  enum Verdict {
    case agrees
    /// The one-sided slopes differ, and the claim is one of them or lies between.
    case kink
    case disagrees
    /// Differences over no step settle on a slope: rounding hides it, the function is steeper than the
    /// shortest step, or steps lead out of its domain.
    case unsettled
  }

  /// What was measured.
  struct Outcome {
    let verdict: Verdict
    /// The slope by central differences.
    let numeric: Double
    /// How far `numeric` may be from the slope itself.
    var uncertainty = 0.0
    /// Whether one-sided differences come together here, be the claim right or not.
    var isSmooth = true
    /// |claimed - numeric| as a share of what is allowed.
    let share: Double
  }

  /// The largest relative error.
  static let tolerance = 1e-6
  /// A slope that is known no better than that share of its size is not known.
  private static let settled = 1e-3
  /// Steps in relation to `step`, in the order in which they are tried: shorter ones first, as they
  /// stay clear of kinks nearby and resolve steep functions; longer ones rise out of rounding.
  private static let lengths = [0, -2, -4, -6, -8, -10, -12, -14, 2, 4, 6, 8].map(power)
  /// How many of them are not longer than the first.
  private static let shorter = 8
  /// Shorter ones yet, where the first lead out of the domain.
  private static let shortest = stride(from: -16, through: -44, by: -2).map(power)

  private static func power(_ exponent: Int) -> Double {
    exponent < 0 ? 1 / 2.0.power(-exponent) : 2.0.power(exponent)
  }

  /// f(0).
  let base: Double
  /// The step eps that differences start from.
  let step: Double
  /// The size of the numbers that f is a sum of: what rounding is relative to.
  let size: Double
  /// A slope that errors are relative to, where the slope itself is a sum that may cancel.
  var reference = 0.0
  /// A slope beside which a smaller one counts as 0: that of others of its kind.
  var typical = 0.0

  /// Differences over one step.
  private struct Rung {
    let step: Double
    /// The central difference.
    let central: Double
    /// The right difference less the left one.
    let jump: Double
    /// What rounding may do to either: 10 u |L| / eps.
    var rounding: Double
    /// Whether either step has changed the function.
    let isAlive: Bool

    /// Whether the one-sided differences come together from `wide` to here as a smooth function's do.
    func isSmooth(after wide: Rung) -> Bool {
      abs(jump - wide.jump * step / wide.step) <= 0.1 * abs(wide.jump) + 8 * rounding
    }

    var stands: Bool { abs(jump) > 8 * rounding }
  }

  /// The slope at 0, as good as the differences tell.
  private struct Estimate {
    let slope: Double
    let uncertainty: Double
    /// The part of the uncertainty that is rounding.
    let rounding: Double

    /// Whether one step more changes the slope by little, or by no more than rounding.
    var isConverged: Bool { uncertainty - rounding <= 0.1 * abs(slope) + rounding }
  }

  private func rung(_ length: Double, _ f: (Double) -> Double) -> Rung? {
    let step = step * length
    let (above, below) = (f(step), f(-step))
    if !above.isFinite || !below.isFinite { return nil }
    return Rung(
      step: step, central: (above - below) / (2 * step),
      jump: (above - base - (base - below)) / step,
      rounding: 10 * ScalarType.float64.unitRoundoff * size / step,
      isAlive: above != base || below != base)
  }

  /// 10 u |L| / eps of the first step: what an entry is allowed besides the relative error.
  private var rounding: Double { 10 * ScalarType.float64.unitRoundoff * size / step }

  /// Compares the slope of `f` with `claimed`.
  ///
  /// One-sided differences of a smooth function come together in proportion to the step; at a kink
  /// they do not. Of all steps those give the slope that agree best with one another (Ridders 1982),
  /// with Richardson's extrapolation (1911) of one to the next. At a kink the claim is accepted as a
  /// slope of one side or between the two.
  func compare(_ claimed: Double, _ f: (Double) -> Double) -> Outcome {
    var rungs: [Rung] = []
    if let first = rung(1, f) {
      if claimed == 0 && !first.isAlive { return Outcome(verdict: .agrees, numeric: 0, share: 0) }
      let plain = Estimate(slope: first.central, uncertainty: rounding, rounding: rounding)
      if abs(first.jump) <= 1e-3 * scale(claimed, first.central) + first.rounding {
        let outcome = judged(claimed, plain)
        if outcome.verdict == .agrees { return outcome }
      }
      rungs.append(first)
    }
    var best: Estimate?
    for length in Slope.lengths.dropFirst() {
      guard let next = rung(length, f) else { continue }
      rungs.append(next)
      rungs.sort { $0.step > $1.step }
      best = estimate(rungs)
      if let best {
        let outcome = judged(claimed, best)
        let allowed = Slope.tolerance * scale(claimed, best.slope) + rounding
        if outcome.verdict == .agrees && best.uncertainty <= allowed { return outcome }
      } else if rungs.count == Slope.shorter, let kink = kink(claimed, rungs), kink.verdict == .kink
      {
        return kink
      }
    }
    if rungs.count < 4 {
      for length in Slope.shortest where rungs.count < 7 {
        if let next = rung(length, f) { rungs.append(next) }
      }
      rungs.sort { $0.step > $1.step }
    }
    if let widest = rungs.first, !rungs.contains(where: \.isAlive), claimed.isFinite {
      // Numbers about 1, as saturated functions have them, may have swallowed the change.
      let swallowed = 4 * ScalarType.float64.unitRoundoff * max(1, size)
      if abs(claimed) * widest.step <= swallowed { return unsettled(claimed, isSmooth: true) }
    }
    let isInside = rungs.count >= 4
    rungs = roundedAsMeasured(rungs)
    best = estimate(rungs)
    guard let best else {
      // Where few steps change anything, rounding hides the rest.
      return jump(claimed, rungs) ?? kink(claimed, rungs)
        ?? unsettled(claimed, isSmooth: isInside && rungs.count < 4)
    }
    let outcome = judged(claimed, best)
    if outcome.verdict == .agrees { return outcome }
    // A kink may be small beside the curvature of the longer steps.
    if let kink = kink(claimed, rungs), kink.verdict == .kink { return kink }
    return outcome
  }

  /// The steps with the rounding that they show.
  ///
  /// What a function computes with may be larger than its value, which then is rounded more coarsely
  /// than its size lets expect: second differences over the shortest steps are that rounding, and next
  /// to nothing else. Steps that change nothing, where longer ones do, tell nothing.
  private func roundedAsMeasured(_ rungs: [Rung]) -> [Rung] {
    let alive = rungs.filter(\.isAlive)
    if alive.isEmpty { return rungs }
    let noise = alive.suffix(3).map { abs($0.jump * $0.step) }
    // A kink, or curvature, shrinks with the step; rounding does not.
    let most = noise.max() ?? 0
    // More than that is the function itself, which jumps or is steep.
    let isSmall = most <= 1e-3 * size
    let isRounding = isSmall && zip(noise, noise.dropFirst()).contains { $1 > 0.6 * $0 }
    let size = isRounding ? 2 * most : 0
    return alive.map { rung in
      var rung = rung
      rung.rounding = max(rung.rounding, size / rung.step)
      return rung
    }
  }

  private func scale(_ claimed: Double, _ numeric: Double) -> Double {
    max(abs(claimed), abs(numeric), reference)
  }

  private func judged(_ claimed: Double, _ estimate: Estimate) -> Outcome {
    let error = abs(claimed - estimate.slope)
    let scale = scale(claimed, estimate.slope)
    let allowed = Slope.tolerance * scale + max(estimate.uncertainty, rounding)
    let share = error == 0 ? 0 : error / allowed
    var verdict = share <= 1 ? Verdict.agrees : .disagrees
    if claimed.isFinite {
      let isKnown = estimate.uncertainty <= Slope.settled * max(scale, typical)
      if verdict == .agrees && !isKnown { verdict = .unsettled }
      if verdict == .disagrees && !estimate.isConverged { verdict = .unsettled }
    }
    return Outcome(
      verdict: verdict, numeric: estimate.slope, uncertainty: max(estimate.uncertainty, rounding),
      share: share.isNaN ? .infinity : share)
  }

  /// The best extrapolation over three steps in a row over which the function is smooth.
  private func estimate(_ rungs: [Rung]) -> Estimate? {
    var best: Estimate?
    for index in rungs.indices.dropLast(2) {
      let (wide, middle, near) = (rungs[index], rungs[index + 1], rungs[index + 2])
      if !middle.isSmooth(after: wide) || !near.isSmooth(after: middle) { continue }
      let slope = Slope.extrapolated(middle, near)
      let rounding = 2 * near.rounding
      let uncertainty = abs(slope - Slope.extrapolated(wide, middle)) + rounding
      if uncertainty < best?.uncertainty ?? .infinity {
        best = Estimate(slope: slope, uncertainty: uncertainty, rounding: rounding)
      }
    }
    return best
  }

  /// The last four steps over which the one-sided differences keep apart by more than rounding.
  private func telling(_ rungs: [Rung]) -> ArraySlice<Rung>? {
    let telling = rungs.filter(\.stands).suffix(4)
    return telling.count == 4 ? telling : nil
  }

  /// What to say where the one-sided differences have limits that differ; nil where they have not.
  private func kink(_ claimed: Double, _ rungs: [Rung]) -> Outcome? {
    guard let telling = telling(rungs), let near = telling.last else { return nil }
    let persists = zip(telling, telling.dropFirst()).allSatisfy {
      abs($1.jump) > 0.6 * abs($0.jump) && abs($1.jump) < 1.6 * abs($0.jump)
    }
    if !persists { return nil }
    let margin = 0.01 * abs(near.jump) + near.rounding
    let isBetween = abs(claimed - near.central) <= 0.5 * abs(near.jump) + margin
    return Outcome(
      verdict: isBetween ? .kink : .disagrees, numeric: near.central,
      uncertainty: abs(near.jump), isSmooth: false, share: .infinity)
  }

  /// A kink where the function itself jumps, so that the differences grow as the step shrinks.
  private func jump(_ claimed: Double, _ rungs: [Rung]) -> Outcome? {
    guard let telling = telling(rungs), claimed.isFinite else { return nil }
    let grows = zip(telling, telling.dropFirst()).allSatisfy {
      abs($1.jump) * $1.step > 0.8 * abs($0.jump) * $0.step
    }
    return grows ? Outcome(verdict: .kink, numeric: .nan, isSmooth: false, share: .infinity) : nil
  }

  /// Neither smooth nor bent at one place, or on the edge of the domain.
  private func unsettled(_ claimed: Double, isSmooth: Bool = false) -> Outcome {
    Outcome(
      verdict: claimed.isFinite ? .unsettled : .disagrees, numeric: .nan, isSmooth: isSmooth,
      share: .infinity)
  }

  /// The error of order h^2 is taken out of differences over h and h / 4.
  private static func extrapolated(_ wide: Rung, _ near: Rung) -> Double {
    let ratio = wide.step / near.step
    return (ratio * ratio * near.central - wide.central) / (ratio * ratio - 1)
  }
}
