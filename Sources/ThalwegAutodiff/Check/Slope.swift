private import ThalwegTensor

/// A function of one number near 0, whose slope there is compared with one that is claimed.
struct Slope {
  /// What the comparison came to.
  enum Verdict {
    case agrees
    /// The function has no derivative here, or so near that the differences step over the place.
    case kink
    case disagrees
  }

  /// What was measured.
  struct Outcome {
    let verdict: Verdict
    /// The slope by central differences.
    let numeric: Double
    /// Whether one-sided differences come together here, be the claim right or not.
    var isSmooth = true
    /// |claimed - numeric| as a share of what is allowed.
    let share: Double
  }

  /// The largest relative error.
  static let tolerance = 1e-6

  /// f(0).
  let base: Double
  /// The step eps of the differences.
  let step: Double
  /// The size of the numbers that f is a sum of: what rounding is relative to.
  let size: Double
  /// A slope that errors are relative to, where the slope itself is a sum that may cancel.
  var reference = 0.0

  /// 10 u |L| / eps.
  var rounding: Double { 10 * ScalarType.float64.unitRoundoff * size / step }

  private func share(_ claimed: Double, _ numeric: Double, rounding: Double? = nil) -> Double {
    let error = abs(claimed - numeric)
    if error == 0 { return 0 }
    let largest = max(abs(claimed), abs(numeric), reference)
    let share = error / (Slope.tolerance * largest + (rounding ?? self.rounding))
    return share.isNaN ? .infinity : share
  }

  /// The central difference, and the difference of the two one-sided ones.
  private func differences(
    _ step: Double, _ f: (Double) -> Double
  ) -> (central: Double, jump: Double) {
    let (above, below) = (f(step), f(-step))
    return ((above - below) / (2 * step), (above - base - (base - below)) / step)
  }

  /// Compares the slope of `f` with `claimed`.
  ///
  /// One-sided differences of a smooth function come together as the step shrinks; at a kink they do
  /// not. The claim is then accepted as a slope of one side, or between the two. Where the central
  /// difference of a smooth function disagrees, Richardson's extrapolation over two steps decides,
  /// at several steps, so that neither curvature nor rounding is taken for an error.
  func compare(_ claimed: Double, _ f: (Double) -> Double) -> Outcome {
    let first = differences(step, f)
    let plain = share(claimed, first.central)
    let largest = max(abs(claimed), abs(first.central), reference)
    if plain <= 1 && abs(first.jump) <= 1e-3 * largest + rounding {
      return Outcome(verdict: .agrees, numeric: first.central, share: plain)
    }
    let second = differences(step / 4, f)
    if !first.central.isFinite || !second.central.isFinite {
      // One step leads out of the domain.
      return Outcome(verdict: .kink, numeric: .nan, isSmooth: false, share: .infinity)
    }
    // A jump: the difference grows as the step shrinks.
    if abs(second.central) >= 3 * abs(first.central) && abs(first.central) > rounding {
      return Outcome(verdict: .kink, numeric: .nan, isSmooth: false, share: .infinity)
    }
    if abs(second.jump - first.jump / 4) <= 0.1 * abs(first.jump) + 8 * rounding {
      return smooth(claimed, Slope.extrapolated(first.central, second.central), plain, f)
    }
    let isBetween = abs(claimed - first.central) <= 0.55 * abs(first.jump) + rounding
    if isBetween {
      return Outcome(verdict: .kink, numeric: first.central, isSmooth: false, share: plain)
    }
    // Several kinks at some distance: steps that stay clear of them.
    for shrink in [16.0, 64] {
      let near = differences(step / shrink, f).central
      if share(claimed, near, rounding: rounding * shrink) <= 1 {
        return Outcome(verdict: .kink, numeric: near, isSmooth: false, share: plain)
      }
    }
    return Outcome(verdict: .disagrees, numeric: first.central, isSmooth: false, share: plain)
  }

  /// Whether central differences over shrinking steps differ from one another about as much as they
  /// differ from the claim: kinks lie between them, and say nothing against the claim.
  func moves(_ claimed: Double, _ f: (Double) -> Double) -> Bool {
    var slopes: [Double] = []
    for shrink in [1.0, 4, 16, 64] {
      let slope = differences(step / shrink, f).central
      if shrink > 1 && rounding * shrink > 0.1 * abs(claimed - slope) { break }
      slopes.append(slope)
    }
    guard let least = slopes.min(), let most = slopes.max() else { return false }
    let error = slopes.map { abs(claimed - $0) }.min() ?? 0
    return most - least > 0.1 * error
  }

  private func smooth(
    _ claimed: Double, _ extrapolated: Double, _ plain: Double, _ f: (Double) -> Double
  ) -> Outcome {
    var best = Outcome(
      verdict: .disagrees, numeric: extrapolated, share: share(claimed, extrapolated))
    if plain < best.share { best = Outcome(verdict: .agrees, numeric: extrapolated, share: plain) }
    for factor in [16.0, 256, 1.0 / 16] where best.share > 1 {
      let wide = differences(step * factor, f).central
      let near = differences(step * factor / 4, f).central
      let numeric = Slope.extrapolated(wide, near)
      let found = share(claimed, numeric)
      if found < best.share {
        best = Outcome(verdict: .disagrees, numeric: numeric, share: found)
      }
    }
    return Outcome(
      verdict: best.share <= 1 ? .agrees : .disagrees, numeric: best.numeric, share: best.share)
  }

  /// Richardson 1911: the error of order h^2 is taken out of differences over h and h / 4.
  private static func extrapolated(_ wide: Double, _ near: Double) -> Double {
    (16 * near - wide) / 15
  }
}
