import ThalwegRecord

extension Rule {
  package static let updateSize = Rule(
    name: "update_size",
    summary: "bounds how far one step moves the parameters, by optimizer, rate and clipping",
    needs: "an optimizer and a learning rate in the configuration", severities: .info ... .info,
    judge: UpdateSize.judge)
}

enum UpdateSize {
  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    guard let training = configured.told ?? configured.trainings.first else {
      return .cannotTell("a learning rate")
    }
    var meanings: [SettingMeaning] = [.learningRate, .optimizer]
    if let lack = training.lack(meanings + [.clip, .momentum]) { return .cannotTell(lack) }
    guard let setting = training[.learningRate], let rate = training.number(.learningRate) else {
      return .cannotTell("a learning rate")
    }
    guard let family = OptimizerFamily(training), let optimizer = training[.optimizer] else {
      return .cannotTell("an optimizer that is known")
    }
    let norm = configured.norms.map(\.value).filter(\.isFinite).max()
    var told = Told(
      figures: [.init("rate", rate), .init("rate_times_norm", norm.map { $0 * rate })])
    switch family {
    case .adaptive: adaptive(rate, optimizer.text, training, configured, norm, &told)
    case .proportional:
      meanings += proportional(rate, setting, optimizer.text, training, configured, norm, &told)
    }
    return .found([
      Finding(
        rule: "update_size", .info, told.unknown == nil ? .established : .likely,
        subjects: [training.name], told.text, figures: told.figures,
        evidence: meanings.compactMap { training[$0]?.place } + told.evidence,
        unknown: told.unknown, proof: "the length of an update beside that of the parameters"
      ).doubted(training.doubt(meanings))
    ])
  }

  /// What a finding is made of.
  private struct Told {
    var figures: [Finding.Figure]
    var text = ""
    var evidence: [Place] = []
    var unknown: String?
  }

  private static func adaptive(
    _ rate: Double, _ optimizer: String, _ training: TrainingSettings,
    _ configured: ConfiguredRun, _ norm: Double?, _ told: inout Told
  ) {
    let bound = StepBound(training)
    let spelled = ConfigurationText.short(rate)
    let parameters = configured.parameterCount(training)
    let usual = finite(parameters.map { rate * $0.count.squareRoot() })
    guard let most = bound.most else {
      told.text =
        "\(optimizer) divides gradients by their own recent size, so that a factor on all of them "
        + "cancels; how far a step of it goes is not told by the rate, \(spelled), alone"
      if let norm, (norm * rate).isFinite {
        told.text += "; rate times norm, \(ConfigurationText.short(norm * rate)), says nothing"
      }
      told.figures.append(.init("update_norm", nil))
      return
    }
    told.text = "\(optimizer) moves an entry by about the rate, \(spelled), where its gradient is "
    told.text += "steady, and never by more than "
    told.text += most == 1 ? "that" : "\(ConfigurationText.short(most)) times that"
    if let reason = bound.reason { told.text += " (\(reason))" }
    told.text += ", however large the gradient"
    told.evidence += bound.evidence
    if let parameters, let usual {
      told.text += ": \(ConfigurationText.short(parameters.count)) of them by about "
      told.text += ConfigurationText.short(usual)
      told.evidence += parameters.evidence
    }
    if training.decays { told.text += "; weight decay shrinks them besides" }
    if let norm, (norm * rate).isFinite {
      told.text += "; rate times norm, \(ConfigurationText.short(norm * rate)), says nothing"
    }
    told.figures.append(.init("update_norm", usual))
    told.figures.append(.init("entry_bound", finite(most * rate)))
    told.figures.append(.init("parameters", parameters?.count))
  }

  /// - Returns: what else it rests on.
  private static func proportional(
    _ rate: Double, _ setting: Setting, _ optimizer: String, _ training: TrainingSettings,
    _ configured: ConfiguredRun, _ norm: Double?, _ told: inout Told
  ) -> [SettingMeaning] {
    var meanings: [SettingMeaning] = []
    told.text = "\(optimizer) moves the parameters by the rate, \(ConfigurationText.short(rate)), "
    told.text += "times the gradient"
    let clip = training.number(.clip).flatMap { $0 > 0 ? $0 : nil }
    if let clip {
      meanings.append(.clip)
      told.text += ", which clipping keeps to \(ConfigurationText.short(clip))"
    }
    // A momentum of m adds up to at most 1 / (1 - m) such steps.
    let isBesideRate = training[.momentum]?.path.dropLast() == setting.path.dropLast()
    let momentum = isBesideRate ? training.number(.momentum) ?? 0 : 0
    let bound = finite(
      (clip ?? norm).flatMap { largest in
        momentum < 1 ? largest * rate / (1 - momentum) : nil
      })
    if momentum > 0 {
      meanings.append(.momentum)
      told.text += ", and a momentum of \(ConfigurationText.short(momentum)) adds earlier ones"
    }
    if let bound {
      told.text += ": by at most \(ConfigurationText.short(bound)) a step"
      if clip == nil {
        let records = configured.normSeries?.count ?? 0
        told.text += " at the largest of \(ConfigurationText.count(records, "recorded norm"))"
        told.unknown = "the norms of other steps"
      }
    }
    // It joins the gradient behind the clipping.
    if training.decays { told.text += "; what weight decay adds is not counted" }
    told.figures.append(.init("update_norm", bound))
    return meanings
  }

  private static func finite(_ number: Double?) -> Double? {
    number.flatMap { $0.isFinite ? $0 : nil }
  }
}

extension TrainingSettings {
  /// Whether the configuration has weights decay.
  fileprivate var decays: Bool {
    ["weight_decay", "wd", "optimizer_weight_decay", "l2"].contains { key in
      candidates(key).contains { ($0.numeric ?? 0) != 0 }
    }
  }
}
