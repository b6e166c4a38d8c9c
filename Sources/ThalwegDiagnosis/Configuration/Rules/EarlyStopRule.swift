import ThalwegRecord

extension Rule {
  package static let earlyStop = Rule(
    name: "early_stop",
    summary: "simulates when training stops at the earliest where the metric never improves",
    needs: "a patience for stopping", severities: .info ... .warning, judge: EarlyStopRule.judge)
}

enum EarlyStopRule {
  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    let findings = configured.trainings.compactMap { finding($0, configured) }
    return findings.isEmpty ? .cannotTell("a patience for stopping early") : .found(findings)
  }

  private static func finding(
    _ training: TrainingSettings, _ configured: ConfiguredRun
  ) -> Finding? {
    guard let setting = training[.stopPatience], let number = setting.numeric, number >= 1,
      number < 1e6, training.lack(RateSchedule.meanings) == nil
    else { return nil }
    let patience = Int(clamping: number)
    var plateau: PlateauRule?
    var meanings = [SettingMeaning.stopPatience]
    let base = training.number(.learningRate) ?? 0
    if case .schedule(let schedule) = RateSchedule.read(training),
      case .plateau(let rule) = schedule.shape
    {
      plateau = rule
      meanings += [.schedule, .schedulePatience, .scheduleFactor, .leastRate, .learningRate]
    }
    let isTold = configured.told?.section == training.section
    let resets = isTold ? configured.facts.resetsOnDrop : nil
    func epochs(_ resets: Bool) -> EarlyStop.Outcome {
      EarlyStop(patience: patience, resetsOnDrop: resets, base: base, plateau: plateau)
        .withoutImprovement
    }
    let outcome = epochs(resets ?? false)
    let stop = outcome.epochs
    let total = training.number(.epochs).flatMap { $0 > 0 ? $0 : nil }
    let isLong = stop.map { $0 > 2 * patience } ?? true
    let isBeyond = total.map { Double(stop ?? .max) >= $0 } ?? false
    var text = "\(training.name) stops at the earliest after "
    text += stop.map { "\($0) epochs without improvement" } ?? "no number of epochs"
    text += ", with a patience of \(patience)"
    if plateau != nil && resets == true {
      let rate = ConfigurationText.short(outcome.rate)
      text +=
        ": the counter starts anew at each of \(outcome.drops.count) drops of the rate, to \(rate)"
    }
    if isBeyond, let total {
      text += "; the training has \(ConfigurationText.short(total)) epochs, so it never stops early"
    }
    let reset = plateau != nil && resets == nil ? epochs(true).epochs : nil
    return Finding(
      rule: "early_stop", (isLong && resets == true) ? .warning : .info,
      plateau != nil && resets == nil ? .likely : .established, subjects: [training.name], text,
      figures: [
        .init("epochs_without_improvement", stop.map(Double.init)),
        .init("patience", Double(patience)), .init("drops", Double(outcome.drops.count)),
        .init("epochs_if_drops_reset", reset.map(Double.init)),
      ], evidence: meanings.compactMap { training[$0]?.place },
      unknown: reset.map {
        "whether a drop of the rate starts the counter anew; then it is \($0) epochs"
      },
      remedy: isLong && resets == true
        ? "keep the counter through drops of the rate, or count on \(stop ?? 0) epochs" : nil,
      proof: "a training on a metric that stays the same stops in that epoch"
    ).doubted(training.doubt(meanings))
  }
}
