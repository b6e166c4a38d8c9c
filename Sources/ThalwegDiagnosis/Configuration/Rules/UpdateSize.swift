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
    var figures = [
      Finding.Figure("rate", rate), .init("rate_times_norm", norm.map { $0 * rate }),
    ]
    var evidence: [Place] = []
    let spelled = ConfigurationText.short(rate)
    var text: String
    var unknown: String?
    switch family {
    case .adaptive:
      text =
        "\(optimizer.text) moves no entry by much more than the rate, \(spelled), however large "
      text += "the gradient"
      let parameters = configured.parameterCount(training)
      let bound = parameters.map { rate * $0.count.squareRoot() }
      if let parameters, let bound {
        text += ": \(ConfigurationText.short(parameters.count)) of them by at most about "
        text += ConfigurationText.short(bound)
        evidence += parameters.evidence
      }
      if let norm {
        text += "; rate times norm, \(ConfigurationText.short(norm * rate)), says nothing"
      }
      figures.append(.init("update_norm", bound))
      figures.append(.init("parameters", parameters?.count))
    case .proportional:
      text = "\(optimizer.text) moves the parameters by the rate, \(spelled), times the gradient"
      let clip = training.number(.clip).flatMap { $0 > 0 ? $0 : nil }
      if let clip {
        meanings.append(.clip)
        text += ", which clipping keeps to \(ConfigurationText.short(clip))"
      }
      // A momentum of m adds up to at most 1 / (1 - m) such steps.
      let isBesideRate = training[.momentum]?.path.dropLast() == setting.path.dropLast()
      let momentum = isBesideRate ? training.number(.momentum) ?? 0 : 0
      let bound = (clip ?? norm).flatMap { largest in
        momentum < 1 ? largest * rate / (1 - momentum) : nil
      }
      if momentum > 0 {
        meanings.append(.momentum)
        text += ", and a momentum of \(ConfigurationText.short(momentum)) adds earlier ones"
      }
      if let bound {
        text += ": by at most \(ConfigurationText.short(bound)) a step"
        if clip == nil {
          let records = configured.normSeries?.count ?? 0
          text += " at the largest of \(ConfigurationText.count(records, "recorded norm"))"
          unknown = "the norms of other steps"
        }
      }
      figures.append(.init("update_norm", bound))
    }
    return .found([
      Finding(
        rule: "update_size", .info, unknown == nil ? .established : .likely,
        subjects: [training.name], text, figures: figures,
        evidence: meanings.compactMap { training[$0]?.place } + evidence, unknown: unknown,
        proof: "the length of an update beside that of the parameters"
      ).doubted(training.doubt(meanings))
    ])
  }
}
