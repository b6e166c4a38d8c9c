import ThalwegRecord

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

extension Rule {
  package static let plateau = Rule(
    name: "plateau",
    summary: "the loss does not fall over the last third of the record, or has never fallen, "
      + "while the rate is not decayed",
    needs: "at least 12 losses",
    severities: .info ... .warning,
    judge: Plateau.judge)
}

/// A flat loss may be a converged one: the record alone does not tell. So only a loss that never
/// fell is a warning. Of one that rises `divergence` speaks.
enum Plateau {
  static let fewest = 12
  /// Standard errors of a median by which a fall must show.
  private static let errors = 2.5
  /// The same for a fall since the start, without which a loss counts as stuck.
  private static let sureErrors = 3.5
  /// By how many standard deviations the first figure alone must lie above the last ones.
  private static let clear = 6.0
  /// A smaller fall over a third of the record is flat even without noise.
  private static let least = 0.005
  /// A loss that ends lower than it began by more (in logarithms) may have fallen, if not surely.
  private static let perhaps = 0.05
  /// Where single figures scatter more (in logarithms), a fall may hide in the noise.
  private static let noisiest = 0.15

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let losses =
      run.ranked(.loss) { $0.split == .validation }
      + run.ranked(.loss) { $0.split == nil || $0.split == .training }
    guard let loss = losses.first(where: { $0.samples.count >= fewest }),
      let course = Course(loss, atLeast: fewest)
    else { return .cannotTell("at least \(fewest) losses") }
    let risen = Set(Divergence.findings(run).flatMap(\.subjects))
    if risen.contains(loss.key.name) { return .quiet }
    let levels = course.levels
    let sixth = levels.count / 6
    let error = errors * course.error(sixth) * 2.0.squareRoot()
    let last = Robust.median(levels.suffix(sixth))
    let before = Robust.median(levels.dropLast(sixth).suffix(sixth))
    let range = (course.smooth.max() ?? 0) - (course.smooth.min() ?? 0)
    let small = course.isLogarithmic ? least : least * range
    if before - last > max(error, small) { return .quiet }

    let third = course.point(levels.count - 2 * sixth)
    if !losses.contains(where: hasFallen) {
      // The first validation comes after the first fall; training losses begin before it.
      let training = losses.first {
        $0.split != .validation && $0.samples.count >= fewest && !risen.contains($0.key.name)
      }
      return .init([training].compactMap { $0.flatMap(stuck) })
    }
    if Rates.isDecayed(run) ?? false { return .quiet }
    return .found([flat(loss, course, from: before, to: last, third, run)])
  }

  /// Whether the loss is lower at its end than at its start.
  static func hasFallen(_ loss: Series) -> Bool {
    guard let course = Course(loss, atLeast: 3) else { return false }
    let levels = course.levels
    let part = max(1, levels.count / 6)
    let (first, last) = (Robust.median(levels.prefix(part)), Robust.median(levels.suffix(part)))
    let range = (course.smooth.max() ?? 0) - (course.smooth.min() ?? 0)
    let small = course.isLogarithmic ? least : least * range
    return first - last > max(sureErrors * course.error(part) * 2.0.squareRoot(), small)
      || course.start - last > max(sureErrors * course.error(course.startCount), small)
      || levels[0] - last > max(clear * course.noise, small)
  }

  private static func beginsLate(_ loss: Series) -> Bool {
    guard let first = loss.first?.progress, let last = loss.last?.progress else { return false }
    if let start = first.step, let end = last.step { return Double(start) > 0.2 * Double(end) }
    if let start = first.epoch, let end = last.epoch { return start > 1 && start > 0.2 * end }
    return false
  }

  /// nil: the loss begins late, or a fall would not show in its noise.
  private static func stuck(_ loss: Series) -> Finding? {
    guard let course = Course(loss, atLeast: fewest), !beginsLate(loss), course.isLogarithmic,
      course.noise <= noisiest
    else { return nil }
    let last = course.value(Robust.median(course.levels.suffix(course.levels.count / 6)))
    let first = course.value(course.start)
    let hasPerhapsFallen = first > last * exp(perhaps)
    return Finding(
      rule: Rule.plateau.name, hasPerhapsFallen ? .info : .warning, .likely,
      subjects: [loss.key.name],
      "no fall of \(loss.key.name) shows beyond its noise over the whole record: medians of "
        + "\(first.shown()) at first, \(last.shown()) at last, over \(loss.count) records",
      figures: [
        .init("first level", first), .init("last level", last), .init("noise", course.noise),
      ],
      evidence: loss.ends,
      unknown: "whether anything is trained, the rate is too small, or the start was already good",
      remedy: "train on one batch alone: a loss that does not fall there has a broken path",
      proof: "on one batch the loss falls toward 0 within some hundred steps")
  }

  private static func flat(
    _ loss: Series, _ course: Course, from before: Double, to last: Double, _ third: Point,
    _ run: RunRecord
  ) -> Finding {
    return Finding(
      rule: Rule.plateau.name, .info, .established, subjects: [loss.key.name],
      "\(loss.key.name) does not fall beyond its noise over the last third of the record, from "
        + "\(run.whereabouts(third)) on: \(course.value(before).shown()), then "
        + "\(course.value(last).shown()); \(Rates.end(run))",
      figures: [
        .init("level before", course.value(before)), .init("last level", course.value(last)),
        .init("noise", course.noise),
      ],
      evidence: [third.place] + loss.ends.suffix(1),
      unknown:
        "whether it has converged or is stuck: a smaller rate for a tenth of the steps tells",
      remedy: "lower the rate, or stop: the last third brought nothing",
      proof: "with a tenth of the rate the loss falls beyond its noise, or stays")
  }
}
