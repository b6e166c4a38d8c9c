package import ThalwegRecord

extension Rule {
  package static let rateMismatch = Rule(
    name: "rate_mismatch",
    summary: "the logged learning rate is not the one that its schedule gives",
    needs: "logged learning rates",
    severities: .info ... .error,
    judge: RateMismatch.judge)
}

package enum RateMismatch {
  /// A logged rate further off than this is another one.
  package static let tolerance = 0.02

  private struct Row {
    var logged: Point
    var computed: Double
    var halfUnit: Double

    var isOff: Bool {
      abs(logged.value - computed) > tolerance * abs(computed) + halfUnit
    }
  }

  /// What the whole schedule would have to be moved by to fit.
  private enum Shift: CaseIterable {
    case nextStep, previousStep, nextEpoch, previousEpoch

    func moved(_ progress: Progress) -> Progress? {
      var moved = progress
      switch self {
      case .nextStep: moved.step = progress.step.map { $0 &+ 1 }
      case .previousStep: moved.step = progress.step.map { $0 &- 1 }
      case .nextEpoch: moved.epoch = progress.epoch.map { $0 + 1 }
      case .previousEpoch: moved.epoch = progress.epoch.map { $0 - 1 }
      }
      return moved == progress ? nil : moved
    }

    var text: String {
      switch self {
      case .nextStep: "the rate of the next step"
      case .previousStep: "the rate of the step before"
      case .nextEpoch: "the rate of the next epoch"
      case .previousEpoch: "the rate of the epoch before"
      }
    }
  }

  /// Beside a configured schedule its rates; without one what no schedule does.
  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let logged = run.ranked(.learningRate)
    if let series = logged.first, let schedule = schedule(of: run) {
      let compared = judge(logged: series) { schedule.rate(at: $0) }
      guard case .cannotTell = compared else { return compared }
    }
    let rates = logged.filter { $0.samples.count >= 2 }
    if rates.isEmpty { return .cannotTell("two or more learning rates") }
    return .init(rates.flatMap { RateCourse.findings($0, run) })
  }

  /// The schedule that a configuration names; code may hold one where it names none.
  private static func schedule(of run: RunRecord) -> RateSchedule? {
    guard let training = ConfiguredRun(run).told, training[.schedule] != nil,
      training[.learningRate]?.origin == .configuration,
      training.doubt(RateSchedule.meanings) == nil,
      case .schedule(let schedule) = RateSchedule.read(training, run: run)
    else { return nil }
    return schedule
  }

  /// Compares logged rates with those of a schedule.
  /// - Parameter computed: the rate at a place of the training; nil where the schedule says nothing.
  package static func judge(logged: Series, computed: (Progress) -> Double?) -> Rule.Judgement {
    let digits = PrintedDigits([logged])
    var rows: [Row] = []
    for sample in logged.samples {
      for point in sample.count == 1 ? [sample.low] : [sample.low, sample.high] {
        guard let rate = computed(point.progress) else { continue }
        let halfUnit = digits?.halfUnit(of: point.value) ?? 0
        rows.append(Row(logged: point, computed: rate, halfUnit: halfUnit))
      }
    }
    if rows.isEmpty { return .cannotTell("logged rates at places that the schedule knows") }
    let off = rows.filter(\.isOff)
    guard let first = off.first else { return .quiet }
    let unit = first.logged.progress.shown ?? "its first place"
    let example =
      "\(first.logged.value.shown()) at \(unit), where it gives \(first.computed.shown())"
    let figures: [Finding.Figure] = [
      .init("logged", first.logged.value), .init("computed", first.computed),
      .init("records off", Double(off.count)), .init("records", Double(rows.count)),
    ]
    // Whether the rate is printed before or after the schedule steps changes nothing.
    if let shift = shift(rows, computed) {
      return .found([
        Finding(
          rule: Rule.rateMismatch.name, .info, .established, subjects: [logged.key.name],
          "\(logged.key.name) is the schedule's, counted otherwise, in all \(rows.count) records: "
            + "\(example); \(shift.text) fits in all of them: off by one",
          figures: figures, evidence: [first.logged.place],
          unknown: "whether the step used the rate of its own number or the one that is logged",
          remedy: "log the rate before the schedule steps",
          proof: "the table of computed rates equals the log in each record")
      ])
    }
    let reason = factor(rows)
    return .found([
      Finding(
        rule: Rule.rateMismatch.name, .error, .established, subjects: [logged.key.name],
        "\(logged.key.name) is not what the schedule gives in \(off.count) of \(rows.count) "
          + "records: \(example)\(reason.map { "; \($0)" } ?? "")",
        figures: figures, evidence: [first.logged.place],
        unknown: reason == nil
          ? "why: another unit of the schedule, another base rate, or an optimizer made anew" : nil,
        remedy: "step the schedule once where its unit ends, and log the rate that the step used",
        proof: "the table of computed rates equals the log in each record")
    ])
  }

  /// The neighbour whose rate fits in all records; nil: none.
  private static func shift(_ rows: [Row], _ computed: (Progress) -> Double?) -> Shift? {
    for shift in Shift.allCases {
      let moved = rows.compactMap { row -> Row? in
        guard let progress = shift.moved(row.logged.progress), let rate = computed(progress) else {
          return nil
        }
        return Row(logged: row.logged, computed: rate, halfUnit: row.halfUnit)
      }
      // The ends of the record may have no neighbour in the schedule.
      if moved.count >= max(2, rows.count - 1), !moved.contains(where: \.isOff) { return shift }
    }
    return nil
  }

  /// What all logged rates are of the computed ones; nil: no one factor.
  private static func factor(_ rows: [Row]) -> String? {
    let ratios = rows.compactMap { $0.computed == 0 ? nil : $0.logged.value / $0.computed }
    guard let low = ratios.min(), let high = ratios.max(), rows.count >= 3,
      ratios.count == rows.count, low > 0, high <= low * (1 + tolerance)
    else { return nil }
    return "it is \(Robust.median(ratios).shown()) times that in all records: another base rate, "
      + "or another group of parameters"
  }
}
