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

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let losses = run.ranked(.loss) { $0.samples.count >= fewest && $0.split != .test }
    if losses.isEmpty { return .cannotTell("at least \(fewest) losses") }
    return .init(losses.compactMap { finding($0, run) })
  }

  private static func finding(_ loss: Series, _ run: RunRecord) -> Finding? {
    guard let course = Course(loss, atLeast: fewest) else { return nil }
    let (start, end, bottom) = (course.start, course.end, course.smooth[course.bottom])
    let error = errors * course.error(course.width)
    let gained = max(start - bottom, 0)
    let least = course.isLogarithmic ? log(1 + Divergence.least) : 0.1 * (abs(start) + gained)
    // The start is noisy too, and of fewer figures.
    let startError = errors * course.error(course.startCount)
    let isAboveStart = end - start > max(error, startError, least)
    let doubled = course.isLogarithmic ? log(ratio) : max(0.5 * gained, least)
    let isAboveBottom = end - bottom > max(error, doubled, share * gained)
    if !isAboveStart && !isAboveBottom { return nil }
    return isAboveStart || isAboveBottom
      ? told(loss, course, isAboveStart: isAboveStart, isDoubled: isAboveBottom, run) : nil
  }

  private static func told(
    _ loss: Series, _ course: Course, isAboveStart: Bool, isDoubled: Bool, _ run: RunRecord
  ) -> Finding? {
    let isValidation = loss.split == .validation
    // A validation loss that rises while the training loss falls is another matter.
    if isValidation && !isDoubled { return nil }
    let isFitted = isValidation && trainingFalls(run)
    let isRestarted = rateRose(run, after: course.point(course.bottom))
    let severity: Severity =
      isValidation || isRestarted ? .warning : isAboveStart ? .critical : .error
    let end = course.value(course.end)
    let bottom = course.value(course.smooth[course.bottom])
    let place = course.point(course.bottom)
    let times = course.isLogarithmic ? ", \((end / bottom).shown(3)) times" : ""
    let start = course.value(course.start)
    let over = isAboveStart ? ", above its start \(start.shown())" : ""
    let why =
      isFitted
      ? ": the training loss falls, so the model fits the training data alone"
      : isRestarted ? "; the rate rose after the lowest" : ""
    return Finding(
      rule: Rule.divergence.name, severity, isRestarted ? .likely : .established,
      subjects: [loss.key.name],
      "\(loss.key.name) ends at \(end.shown())\(times) from its lowest level \(bottom.shown()) at "
        + "\(run.whereabouts(place))\(over)\(why)",
      figures: [
        .init("last level", end), .init("lowest level", bottom), .init("first level", start),
      ],
      evidence: [place.place] + loss.ends.suffix(1),
      unknown: isFitted ? nil : "which of rate, data and gradient made it",
      remedy: isFitted
        ? "stop at the lowest validation loss, or regularize"
        : "go back to the checkpoint before the rise, with half the rate and a clip",
      proof: isFitted
        ? "the checkpoint at the lowest is the best on the test data"
        : "from that checkpoint the loss stays below the level before")
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
