import ThalwegRecord

/// What a logged rate shows of itself, without a schedule to compare it with.
enum RateCourse {
  /// A rise in one record that no warm-up or cycle makes once the rate has decayed.
  private static let jump = 1.5
  /// Below this share of its largest, a rate has decayed.
  private static let decayed = 0.98
  /// A restart begins where the cycle before has all but ended.
  private static let cycleEnd = 0.05
  /// More of them are the rises of a cyclic schedule.
  private static let mostJumps = 2
  /// Records, or epochs, over which a schedule must have moved the rate.
  private static let fewestRecords = 10
  /// The same where epochs are not recorded.
  private static let manyRecords = 100
  /// Zeros at the end that a decay to 0 leaves.
  private static let zeroTail = 0.05

  static func findings(_ rates: Series, _ run: RunRecord) -> [Finding] {
    [
      negative(rates, run), zero(rates, run), rise(rates, run), constant(rates, run),
    ].compactMap { $0 }
  }

  private static func negative(_ rates: Series, _ run: RunRecord) -> Finding? {
    guard let lowest = rates.lowest, lowest.value < 0 else { return nil }
    return Finding(
      rule: Rule.rateMismatch.name, .error, .established, subjects: [rates.key.name],
      "\(rates.key.name) is \(lowest.value.shown()) at \(run.whereabouts(lowest)): a negative rate "
        + "climbs the loss",
      figures: [.init("rate", lowest.value)], evidence: [lowest.place],
      remedy: "bound the schedule below by 0: it runs for more steps than it was made for",
      proof: "the computed schedule has no negative rate up to the last step")
  }

  private static func zero(_ rates: Series, _ run: RunRecord) -> Finding? {
    guard rates.zeros > 0, let points = rates.points, let top = rates.highest else { return nil }
    let warmUp = points.prefix { $0.value == 0 }.count
    if warmUp == points.count {
      // Of several groups of parameters another may have a rate.
      let isGroup = run.ranked(.learningRate).contains {
        $0.key.source == rates.key.source && $0.highest?.value ?? 0 > 0
      }
      let what = isGroup ? "nothing that has this rate is trained" : "nothing is trained"
      return Finding(
        rule: Rule.rateMismatch.name, isGroup ? .warning : .error, .likely,
        subjects: [rates.key.name],
        "\(rates.key.name) is 0 in all \(points.count) records: \(what)",
        figures: [.init("records", Double(points.count))], evidence: rates.ends,
        unknown: "whether the rate is 0 or only below the digits that are printed",
        remedy: "log the rate with three significant digits; then mend the schedule",
        proof: "the norm of the parameters changes from step to step")
    }
    // Where the smallest rate is a few units of its last digit, 0 is a rounded rate.
    let smallest = points.map(\.value).filter { $0 > 0 }.min() ?? top.value
    if let digits = PrintedDigits([rates]), digits.isRounded,
      smallest < 20 * digits.halfUnit(of: 0)
    {
      return nil
    }
    let tail = points.reversed().prefix { $0.value == 0 }.count
    let middle = points.dropFirst(warmUp).dropLast(tail).filter { $0.value == 0 }
    if let first = middle.first {
      return Finding(
        rule: Rule.rateMismatch.name, .error, .established, subjects: [rates.key.name],
        "\(rates.key.name) is 0 in \(middle.count) of \(points.count) records between others, first "
          + "at \(run.whereabouts(first)): those steps train nothing",
        figures: [.init("records", Double(middle.count))], evidence: [first.place],
        remedy: "bound the schedule below, or leave those steps out",
        proof: "the computed schedule has no 0 before its end")
    }
    let isLong = tail > 1 && Double(tail) > zeroTail * Double(points.count)
    if !isLong { return nil }
    let first = points[points.count - tail]
    return Finding(
      rule: Rule.rateMismatch.name, .warning, .established, subjects: [rates.key.name],
      "\(rates.key.name) is 0 in the last \(tail) of \(points.count) records, from "
        + "\(run.whereabouts(first)): the schedule ends before the training",
      figures: [.init("records", Double(tail))], evidence: [first.place],
      remedy: "make the schedule as long as the training",
      proof: "the computed schedule reaches 0 at the last step")
  }

  /// A rate that rises at once after it has decayed, and nothing says why.
  private static func rise(_ rates: Series, _ run: RunRecord) -> Finding? {
    guard let points = rates.points else { return nil }
    var top = 0.0
    var rises: [(from: Point, to: Point)] = []
    for (before, after) in zip(points, points.dropFirst()) {
      top = max(top, before.value)
      // A resumed record goes back to the rate of an earlier step.
      if after.progress.precedes(before.progress) { continue }
      let hasDecayed = before.value > 0 && before.value < decayed * top
      if hasDecayed && after.value > jump * before.value { rises.append((before, after)) }
    }
    guard let first = rises.first, rises.count <= mostJumps else { return nil }
    let isNoted = run.incidents.contains { incident in
      [.rateChanged, .resumed].contains(incident.kind)
        && !incident.progress.precedes(first.from.progress)
        && !first.to.progress.precedes(incident.progress)
    }
    if isNoted || namesSchedule(run, cycles) { return nil }
    let isRestart = rises.allSatisfy { $0.from.value <= cycleEnd * top }
    return Finding(
      rule: Rule.rateMismatch.name, isRestart ? .info : .warning, .likely,
      subjects: [rates.key.name],
      "\(rates.key.name) rises at once from \(first.from.value.shown()) to "
        + "\(first.to.value.shown()) at \(run.whereabouts(first.to)), after it had decayed from "
        + "\(top.shown())\(isRestart ? ": a warm restart, though nothing names one" : "")",
      figures: [.init("before", first.from.value), .init("after", first.to.value)],
      evidence: [first.from.place, first.to.place],
      unknown: "whether a restart was meant, the optimizer was made anew, or a schedule was lost",
      remedy: "hand the schedule the optimizer that steps, and restore its state on resuming",
      proof: "the table of computed rates equals the log in each record")
  }

  /// A rate that stays while the configuration names a schedule that moves it.
  private static func constant(_ rates: Series, _ run: RunRecord) -> Finding? {
    guard rates.count >= fewestRecords, let low = rates.lowest, let high = rates.highest,
      low.value > 0, high.value <= low.value * (1 + 1e-6),
      let setting = schedule(run, moving)
    else { return nil }
    // A schedule may move once an epoch, and slowly at first, below the printed digits.
    let epochs = [rates.first, rates.last].compactMap { $0?.progress.epoch }
    let wanted = run.epochs.map { $0 / 2 } ?? Double(fewestRecords)
    let isLong =
      epochs.count == 2 ? epochs[1] - epochs[0] + 1 >= wanted : rates.count >= manyRecords
    if !isLong { return nil }
    return Finding(
      rule: Rule.rateMismatch.name, .warning, .likely, subjects: [rates.key.name, setting.name],
      "\(rates.key.name) stays at \(low.value.shown()) in all \(rates.count) records, though "
        + "\(setting.name) names the schedule \(setting.text)",
      figures: [.init("rate", low.value), .init("records", Double(rates.count))],
      evidence: rates.ends + [setting.place],
      unknown: "whether the schedule is made and never stepped, or steps another optimizer",
      remedy: "step the schedule after each step or epoch, on the optimizer that is used",
      proof: "the table of computed rates equals the log in each record")
  }

  private static let scheduleKeys: Set<String> = [
    "scheduler", "lr_scheduler", "lr_scheduler_type", "scheduler_type", "scheduler_name",
    "lr_schedule", "schedule", "lradj", "lr_policy", "lr_decay", "decay_schedule", "sched",
    "learning_rate_schedule", "lr_scheduler_name",
  ]
  private static let cycles: Set<String> = [
    "restart", "restarts", "warmrestarts", "cyclic", "cycle", "onecycle", "sgdr", "triangular",
  ]
  /// Schedules that change the rate all the time; those that wait for a plateau or a milestone may
  /// rightly never change it.
  private static let moving: Set<String> = [
    "cosine", "cosineannealing", "linear", "polynomial", "poly", "exponential", "onecycle", "noam",
    "inverse", "sqrt", "cyclic",
  ]

  private static func schedule(_ run: RunRecord, _ words: Set<String>) -> Setting? {
    run.settings(scheduleKeys).first { setting in
      NameWords.split(setting.text).contains { word in words.contains { word.hasPrefix($0) } }
    }
  }

  /// Whether any setting or line of the record speaks of such a schedule.
  private static func namesSchedule(_ run: RunRecord, _ words: Set<String>) -> Bool {
    schedule(run, words) != nil
      || run.settings.contains { setting in
        let all = NameWords.split(setting.key) + NameWords.split(setting.text)
        return all.contains(where: words.contains)
      }
  }
}
