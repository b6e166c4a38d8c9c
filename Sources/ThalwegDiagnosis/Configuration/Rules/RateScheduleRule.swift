import ThalwegRecord

extension Rule {
  package static let rateSchedule = Rule(
    name: "rate_schedule",
    summary: "tells the learning rate of every epoch or step as the schedule really gives it",
    needs: "a learning rate, and what its schedule needs", severities: .info ... .info,
    judge: RateScheduleRule.judge)
}

enum RateScheduleRule {
  private static let shownLimit = 12
  /// A logged rate further off is another one.
  private static let tolerance = 0.02

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    var findings: [Finding] = []
    var lacks: [String] = []
    // A rate at the head of a log is a figure of the run, and says nothing of the rest of it.
    let trainings = configured.trainings.filter { $0[.learningRate]?.origin != .record }
    if trainings.isEmpty { lacks.append("a configured learning rate") }
    for training in trainings {
      switch RateSchedule.read(training, run: run) {
      case .missing(let lack):
        if !lacks.contains(lack) { lacks.append(lack) }
      case .schedule(let schedule):
        // Of several trainings nobody says which one the log is of.
        let logged = configured.trainings.count == 1 ? run.series(.learningRate).first : nil
        let counted = logged.map(schedule.fitted) ?? schedule
        var found = finding(counted, training, configured)
        if let logged {
          compare(logged, counted, &found)
          if counted.first != schedule.first {
            found.text +=
              ", counted as the log does, from \(ConfigurationText.short(counted.first))"
          }
        }
        findings.append(found.doubted(training.doubt(RateSchedule.meanings)))
      }
    }
    if findings.isEmpty { return .cannotTell(lacks.joined(separator: "; ")) }
    return .found(findings)
  }

  private static func finding(
    _ schedule: RateSchedule, _ training: TrainingSettings, _ configured: ConfiguredRun
  ) -> Finding {
    let unit = schedule.unit.rawValue
    var figures = [Finding.Figure("base_rate", schedule.base)]
    var rates: [String] = []
    for count in counts(schedule) {
      let rate = schedule.rate(after: count)
      let number = ConfigurationText.short(count + schedule.first)
      figures.append(.init("rate_\(unit)_\(number)", rate))
      rates.append("\(number): " + (rate.map(ConfigurationText.short) ?? "depends on the metric"))
    }
    var text = "the rate of \(training.name) by \(unit) is \(rates.joined(separator: ", "))"
    if let warmup = schedule.warmup {
      let last = (warmup.length - warmup.ahead).rounded(.up) - 1 + schedule.first
      figures.append(.init("last_warmup_\(unit)", last))
      let isOver = schedule.total.map { last < $0 + schedule.first } ?? true
      text += isOver ? "; the warm-up ends with " : "; the warm-up would end with "
      text += "\(unit) \(ConfigurationText.short(last))"
    }
    for norm in configured.norms.prefix(1) {
      guard let count = schedule.count(at: norm.progress), count >= 0 else { continue }
      let rate = schedule.rate(after: count)
      let isWarm = schedule.isWarmingUp(after: count)
      figures.append(.init("rate_at_recorded_norm", rate))
      figures.append(.init("warmup_at_recorded_norm", isWarm ? 1 : 0))
      let spelled = rate.map(ConfigurationText.short) ?? "not known without the metric"
      text += "; where the norm \(ConfigurationText.short(norm.value)) is recorded, in \(unit) "
      text +=
        "\(ConfigurationText.short(count + schedule.first)), it is \(spelled) and the warm-up "
      text += isWarm ? "is active" : "is over"
    }
    let assumed = schedule.assumptions.map(\.text)
    let metric = schedule.isPlateau ? ["when the rate goes down depends on the metric"] : []
    let isNamed = training[.schedule] != nil
    let isPlain = schedule.shape == .constant && training[.decaySteps] == nil
    var unnamed: [String] = []
    if !isNamed && isPlain {
      unnamed = [
        schedule.warmup == nil
          ? "whether the code has a schedule: the configuration names none"
          : "whether the rate stays after the warm-up: the configuration names no schedule"
      ]
    }
    let unknown = assumed + metric + unnamed
    return Finding(
      rule: "rate_schedule", .info, isNamed ? .established : .likely, subjects: [training.name],
      text,
      figures: figures, evidence: schedule.evidence,
      unknown: unknown.isEmpty ? nil : unknown.joined(separator: "; "),
      proof: "the rates that a log of the run has, \(unit) by \(unit)")
  }

  /// Lays logged rates beside those of the schedule.
  private static func compare(
    _ logged: Series, _ schedule: RateSchedule, _ finding: inout Finding
  ) {
    var compared = 0
    var worst: (point: Point, rate: Double, deviation: Double)?
    for sample in logged.samples {
      for point in sample.count == 1 ? [sample.low] : [sample.low, sample.high] {
        guard let rate = schedule.rate(at: point.progress) else { continue }
        compared += 1
        let deviation = rate == point.value ? 0 : abs(point.value / rate - 1)
        if deviation > worst?.deviation ?? -1 { worst = (point, rate, deviation) }
      }
    }
    finding.figures.append(.init("compared_rates", Double(compared)))
    guard let worst else { return }
    finding.figures.append(.init("largest_deviation", worst.deviation))
    let share = ConfigurationText.short(100 * worst.deviation)
    finding.text +=
      "; \(ConfigurationText.count(compared, "logged rate")) deviate by at most \(share) %"
    if worst.deviation > tolerance {
      finding.text +=
        ": \(ConfigurationText.short(worst.point.value)) is logged where the configuration alone gives "
      finding.text += ConfigurationText.short(worst.rate)
    }
    finding.evidence.append(worst.point.place)
  }

  /// Steps of the schedule to show: the warm-up and what follows it, then the end.
  private static func counts(_ schedule: RateSchedule) -> [Double] {
    let length = schedule.warmup.map { ($0.length - $0.ahead).rounded(.up) } ?? 0
    let end = schedule.total.map { $0 - 1 }
    var counts: [Double]
    if schedule.unit == .epoch && length < Double(shownLimit) {
      counts = (0...Int(length)).map(Double.init)
    } else {
      counts = [0, (length / 2).rounded(.down), length]
    }
    if let end, end > length { counts += [((length + end) / 2).rounded(.down), end] }
    var shown: [Double] = []
    for count in counts where !shown.contains(count) && count <= end ?? count {
      shown.append(count)
    }
    return shown
  }
}

extension RateSchedule {
  var isPlateau: Bool { if case .plateau = shape { true } else { false } }
}
