import ThalwegRecord

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

extension Rule {
  package static let divergence = Rule(
    name: "divergence",
    summary: "the loss ends at twice its lowest level or above its start, beyond noise",
    needs: "at least 6 losses",
    severities: .info ... .critical,
    judge: Divergence.judge)
}

enum Divergence {
  static let fewest = 6
  /// Twice the lowest (TheDeepChecker, settings.yaml: a loss at twice its minimum diverges).
  static let ratio = 2.0
  /// A rise that gives back less than this share of what was gained is a ripple of the bottom.
  static let share = 0.25
  /// Standard errors of a running median.
  private static let errors = 8.0
  /// In parts of the loss: above its start by less is no rise.
  private static let least = 0.05
  /// A validation loss ends a little above its start in many a sound run.
  private static let validationRatio = 1.25

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    if losses(run).isEmpty { return .cannotTell("at least \(fewest) losses") }
    return .init(findings(run))
  }

  static func findings(_ run: RunRecord) -> [Finding] {
    losses(run).compactMap { finding($0, run) }
  }

  private static func losses(_ run: RunRecord) -> [Series] {
    run.ranked(.loss) { $0.samples.count >= fewest && $0.split != .test }
  }

  /// How a loss rose.
  private struct Rise {
    var course: Course
    var isAboveStart: Bool
    /// Whether it went up and down as much before.
    var isWandering: Bool
    var hasDoubled: Bool
  }

  private static func finding(_ loss: Series, _ run: RunRecord) -> Finding? {
    guard let course = Course(loss, atLeast: fewest) else { return nil }
    let (start, end, bottom) = (course.start, course.end, course.smooth[course.bottom])
    let error = errors * course.error(course.width)
    let gained = max(start - bottom, 0)
    let isValidation = loss.split == .validation
    let least =
      course.isLogarithmic
      ? log(isValidation ? validationRatio : 1 + Divergence.least)
      : 0.1 * (abs(start) + gained)
    // The start is noisy too, and of fewer figures.
    let startError = errors * course.error(course.startCount)
    let isAboveStart = end - start > max(error, startError, least)
    let doubled = course.isLogarithmic ? log(ratio) : max(0.5 * gained, least)
    let isAboveBottom = end - bottom > max(error, doubled, share * gained)
    if !isAboveStart && !isAboveBottom { return nil }
    let isOverStart = isAboveStart && !course.hasWandered(asMuchAs: start)
    let isOverBottom = isAboveBottom && !course.hasWandered(asMuchAs: bottom)
    let isWandering = !isOverStart && !isOverBottom
    return told(
      loss,
      Rise(
        course: course, isAboveStart: isWandering ? isAboveStart : isOverStart,
        isWandering: isWandering, hasDoubled: isAboveBottom), run)
  }

  /// Why the loss rose, as far as the record says it.
  private enum Reason {
    case unknown, fitted, restarted, wandering, crossing
    case weighted(RisenWeight)
  }

  private static func reason(_ loss: Series, _ rise: Rise, _ run: RunRecord) -> Reason? {
    let place = rise.course.point(rise.course.bottom)
    let isFitted = loss.split == .validation && trainingFalls(run)
    // One that never was twice its lowest is told only beside a training loss that falls.
    if loss.split == .validation && !rise.hasDoubled && !isFitted { return nil }
    if rise.isWandering { return .wandering }
    if let weight = RisenWeight(loss, from: place, run) { return .weighted(weight) }
    if loss.lowest?.value ?? 0 < 0 { return .crossing }
    return isFitted ? .fitted : rateRose(run, after: place) ? .restarted : .unknown
  }

  private static func told(_ loss: Series, _ rise: Rise, _ run: RunRecord) -> Finding? {
    guard let reason = reason(loss, rise, run), let smallest = loss.lowest, let last = loss.last
    else { return nil }
    let course = rise.course
    let end = course.value(course.end)
    let bottom = course.value(course.smooth[course.bottom])
    let start = course.value(course.start)
    let place = course.point(course.bottom)
    var severity: Severity = rise.isAboveStart ? .critical : .error
    if loss.split == .validation { severity = .warning }
    var verdict = Verdict.established
    var why = ""
    switch reason {
    case .unknown: break
    case .fitted: why = ": the training loss falls, so the model fits the training data alone"
    case .restarted:
      (severity, verdict) = (.warning, .likely)
      why = "; the rate rose after the lowest"
    case .wandering:
      (severity, verdict) = (.info, .likely)
      why = "; it went up and down as much before"
    case .crossing:
      (severity, verdict) = (.info, .likely)
      why = "; a loss that may be below 0 has no ratio"
    case .weighted(let weight):
      (severity, verdict) = (.info, .likely)
      why =
        "; the recorded weight \(weight.name) rises from \(weight.from.value.shown()) to "
        + "\(weight.to.value.shown()) meanwhile"
    }
    let kind = loss.nonFiniteCount > 0 ? " finite" : ""
    let unit = loss.stride == 1 ? "records" : "samples of \(loss.stride) records"
    let factor = end / bottom
    let times =
      course.isLogarithmic && factor.isFinite ? "\(factor.shown(3)) times" : "above"
    let over = rise.isAboveStart ? ", and above its first ones, \(start.shown())" : ""
    let advice = advice(reason)
    return Finding(
      rule: Rule.divergence.name, severity, verdict, subjects: [loss.key.name],
      "\(loss.key.name) has risen: the median of its last \(course.width)\(kind) \(unit) is "
        + "\(end.shown()), \(times) the lowest such median, \(bottom.shown()) about "
        + "\(run.whereabouts(place))\(over); its smallest figure is \(smallest.value.shown()) at "
        + "\(run.whereabouts(smallest)), its last \(last.value.shown()) at "
        + "\(run.whereabouts(last))\(why)",
      figures: [
        .init("last level", end), .init("lowest level", bottom), .init("first level", start),
        .init("smallest figure", smallest.value),
        .init("last figure", last.value.isFinite ? last.value : nil),
      ],
      evidence: [place, smallest, last].map(\.place).unique,
      unknown: advice.unknown, remedy: advice.remedy, proof: advice.proof)
  }

  private static func advice(
    _ reason: Reason
  ) -> (unknown: String?, remedy: String?, proof: String?) {
    switch reason {
    case .fitted:
      return (
        nil, "stop at the lowest validation loss, or regularize",
        "the checkpoint at the lowest is the best on the test data"
      )
    case .wandering, .crossing:
      return (
        "whether it rises or only wanders: a longer record, or a figure of quality, tells", nil, nil
      )
    case .weighted:
      return (
        "whether the parts themselves rise", "look at each part before its weight",
        "with the weight held still the loss does not rise"
      )
    case .unknown, .restarted:
      return (
        "which of rate, data and gradient made it",
        "go back to the checkpoint before the rise, with half the rate and a clip",
        "from that checkpoint the loss stays below the level before"
      )
    }
  }

  private static func trainingFalls(_ run: RunRecord) -> Bool {
    run.ranked(.loss) { $0.split == nil || $0.split == .training }.contains { loss in
      guard let course = Course(loss, atLeast: fewest) else { return false }
      return course.end < course.start
    }
  }

  private static func rateRose(_ run: RunRecord, after bottom: Point) -> Bool {
    guard let points = Rates.course(run)?.points, let last = points.last else { return false }
    guard let at = points.last(where: { !bottom.progress.precedes($0.progress) }) else {
      return false
    }
    return last.value > 1.5 * at.value
  }
}
