private import ThalwegTensor

/// A function of one number near 0, whose slope there is compared with one that is claimed.
struct Slope {
  /// What the comparison came to.
  enum Verdict {
    case agrees
    /// The function has no derivative here, and the claim says nothing else than that.
    case kink
    case disagrees
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
  /// Steps in relation to `step`, in the order in which they are tried: shorter ones first, as they
  /// stay clear of kinks nearby and resolve steep functions; longer ones rise out of rounding.
  private static let lengths = [0, -2, -4, -6, -8, -10, -12, -14, 2, 4, 6, 8].map { exponent in
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

  /// Differences over one step.
  private struct Rung {
    let step: Double
    /// The central difference.
    let central: Double
    /// The right difference less the left one.
    let jump: Double
    /// What rounding may do to either: 10 u |L| / eps.
    let rounding: Double

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
  }

  private func rung(_ length: Double, _ f: (Double) -> Double) -> Rung {
    let step = step * length
    let (above, below) = (f(step), f(-step))
    return Rung(
      step: step, central: (above - below) / (2 * step),
      jump: (above - base - (base - below)) / step,
      rounding: 10 * ScalarType.float64.unitRoundoff * size / step)
  }

  /// Compares the slope of `f` with `claimed`.
  ///
  /// One-sided differences of a smooth function come together in proportion to the step; at a kink
  /// they do not. Of all steps those give the slope that agree best with one another (Ridders 1982),
  /// with Richardson's extrapolation (1911) of one to the next. At a kink the claim is accepted as a
  /// slope of one side or between the two.
  func compare(_ claimed: Double, _ f: (Double) -> Double) -> Outcome {
    let first = rung(1, f)
    let plain = Estimate(slope: first.central, uncertainty: first.rounding)
    if abs(first.jump) <= 1e-3 * scale(claimed, first.central) + first.rounding {
      let outcome = judged(claimed, plain)
      if outcome.verdict == .agrees { return outcome }
    }
    var rungs = [first]
    var best: Estimate?
    for length in Slope.lengths.dropFirst() {
      let next = rung(length, f)
      if !next.central.isFinite { continue }
      rungs.append(next)
      rungs.sort { $0.step > $1.step }
      let found = estimate(rungs.filter { $0.central.isFinite })
      if let found, found.uncertainty < best?.uncertainty ?? .infinity { best = found }
      if let best {
        let outcome = judged(claimed, best)
        let isSharp =
          best.uncertainty <= max(1e-3 * scale(claimed, best.slope), 32 * first.rounding)
        if outcome.verdict == .agrees && isSharp { return outcome }
      } else if let kink = kink(claimed, rungs), kink.verdict == .kink {
        return kink
      }
    }
    rungs.removeAll { !$0.central.isFinite }
    if rungs.count < Slope.lengths.count / 2 {
      // Steps in one direction or both lead out of the domain.
      return Outcome(
        verdict: claimed.isFinite ? .kink : .disagrees, numeric: .nan, isSmooth: false,
        share: .infinity)
    }
    guard let best else {
      return jump(claimed, rungs) ?? kink(claimed, rungs) ?? unsettled(claimed, rungs)
    }
    let outcome = judged(claimed, best)
    if outcome.verdict == .agrees { return outcome }
    // A kink may be small beside the curvature of the longer steps.
    if let kink = kink(claimed, rungs), kink.verdict == .kink { return kink }
    return outcome
  }

  private func scale(_ claimed: Double, _ numeric: Double) -> Double {
    max(abs(claimed), abs(numeric), reference)
  }

  private func judged(_ claimed: Double, _ estimate: Estimate) -> Outcome {
    let error = abs(claimed - estimate.slope)
    let allowed =
      Slope.tolerance * scale(claimed, estimate.slope) + estimate.uncertainty
    let share = error == 0 ? 0 : error / allowed
    return Outcome(
      verdict: share <= 1 ? .agrees : .disagrees, numeric: estimate.slope,
      uncertainty: estimate.uncertainty, share: share.isNaN ? .infinity : share)
  }

  /// The best extrapolation over three steps in a row over which the function is smooth.
  private func estimate(_ rungs: [Rung]) -> Estimate? {
    var best: Estimate?
    for index in rungs.indices.dropLast(2) {
      let (wide, middle, near) = (rungs[index], rungs[index + 1], rungs[index + 2])
      if !middle.isSmooth(after: wide) || !near.isSmooth(after: middle) { continue }
      let slope = Slope.extrapolated(middle, near)
      let uncertainty = abs(slope - Slope.extrapolated(wide, middle)) + 2 * near.rounding
      if uncertainty < best?.uncertainty ?? .infinity {
        best = Estimate(slope: slope, uncertainty: uncertainty)
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
    let margin = 0.05 * abs(near.jump) + near.rounding
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

  /// Neither smooth nor bent at one place: the claim is accepted among the slopes that were seen.
  private func unsettled(_ claimed: Double, _ rungs: [Rung]) -> Outcome {
    let least = rungs.map { $0.central - abs($0.jump) / 2 - $0.rounding }.min() ?? .nan
    let most = rungs.map { $0.central + abs($0.jump) / 2 + $0.rounding }.max() ?? .nan
    return Outcome(
      verdict: claimed >= least && claimed <= most ? .kink : .disagrees,
      numeric: rungs.last?.central ?? .nan, uncertainty: most - least, isSmooth: false,
      share: .infinity)
  }

  /// The error of order h^2 is taken out of differences over h and h / 4.
  private static func extrapolated(_ wide: Rung, _ near: Rung) -> Double {
    let ratio = wide.step / near.step
    return (ratio * ratio * near.central - wide.central) / (ratio * ratio - 1)
  }
}
