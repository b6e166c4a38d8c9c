import ThalwegRecord

extension Rule {
  package static let configuredClip = Rule(
    name: "configured_clip",
    summary: "lays recorded norms beside the configured threshold, with the factor of clipping",
    needs: "a clipping threshold in the configuration, and a recorded norm", judge: ClipRules.clip)

  package static let updateSize = Rule(
    name: "update_size",
    summary: "bounds how far one step moves the parameters, by optimizer, rate and clipping",
    needs: "an optimizer and a learning rate in the configuration", judge: ClipRules.update)
}

enum ClipRules {
  /// torch.nn.utils.clip_grad_norm_ adds it to the norm it divides by.
  private static let epsilon = 1e-6
  /// Fewer norms are no distribution.
  static let manyNorms = 100

  static func clip(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    let thresholds = configured.trainings.compactMap { $0[.clip] }
    guard let setting = (configured.told ?? configured.trainings.first)?[.clip],
      let clip = setting.numeric, clip > 0
    else { return .cannotTell("a clipping threshold in the configuration") }
    if configured.told == nil && KeyRules.unique(thresholds.map(\.name)).count > 1 {
      return .cannotTell("which of several clipping thresholds the recorded norms belong to")
    }
    let norms = configured.norms.filter(\.value.isFinite)
    guard let largest = norms.max(by: { $0.value < $1.value }) else {
      return .cannotTell("a recorded norm of the gradient")
    }
    let above = norms.filter { $0.value > clip * (1 + 1e-3) }
    let share = Double(above.count) / Double(norms.count)
    let spelled = ConfigurationText.short(clip)
    var figures = [
      Finding.Figure("clip", clip), .init("clipped_share", share),
      .init("largest_norm", largest.value),
    ]
    if above.isEmpty {
      return .found([
        Finding(
          rule: "configured_clip", .info, .cannotTell, subjects: [setting.name],
          "no recorded norm is above the threshold \(spelled)", figures: figures,
          evidence: [setting.place, largest.place],
          unknown: "whether they are norms before clipping, which never acts then, or after it")
      ])
    }
    let coefficient = min(1, clip / (largest.value + epsilon))
    figures += [
      .init("coefficient", coefficient), .init("norm_before_clip", largest.value),
      .init("norm_after_clip", coefficient * largest.value),
    ]
    var evidence = [setting.place, largest.place]
    if let covers = configured.facts.clipsAll {
      figures.append(.init("covers_all_parameters", covers ? 1 : 0))
      if let place = configured.facts.clipPlace { evidence.append(place) }
    }
    return .found([
      Finding(
        rule: "configured_clip", .info, configured.facts.clipsAll == false ? .likely : .established,
        subjects: [setting.name],
        "\(above.count) of \(norms.count) recorded norms are above the threshold \(spelled), so they "
          + "are norms before clipping: \(ConfigurationText.short(largest.value)) is the norm "
          + "before, the gradient is scaled by \(ConfigurationText.short(coefficient)), and the norm "
          + "after is at most \(spelled)",
        figures: figures, evidence: evidence,
        unknown: configured.facts.clipsAll == nil ? "whether clipping covers every parameter" : nil,
        remedy: "log the norm before and after clipping, and the coefficient",
        proof: "the norm computed again after clipping is at most \(spelled)")
    ])
  }

  static func update(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    guard let training = configured.told ?? configured.trainings.first,
      let setting = training[.learningRate], let rate = setting.numeric
    else { return .cannotTell("a learning rate") }
    guard let family = OptimizerFamily(training), let optimizer = training[.optimizer] else {
      return .cannotTell("an optimizer that is known")
    }
    let norm = configured.norms.map(\.value).filter(\.isFinite).max()
    let clip = training.number(.clip).flatMap { $0 > 0 ? $0 : nil }
    let clipped = [norm, clip].compactMap { $0 }.min()
    var figures = [
      Finding.Figure("rate", rate), .init("rate_times_norm", norm.map { $0 * rate }),
    ]
    var evidence = [setting.place, optimizer.place]
    let spelled = ConfigurationText.short(rate)
    var text: String
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
      if let clip {
        evidence += [training[.clip]?.place].compactMap { $0 }
        text += clipText(clip)
      }
      if let clipped { text += ": by at most \(ConfigurationText.short(clipped * rate)) a step" }
      figures.append(.init("update_norm", clipped.map { $0 * rate }))
    }
    return .found([
      Finding(
        rule: "update_size", .info, .established, subjects: [training.name], text, figures: figures,
        evidence: evidence, proof: "the length of an update beside that of the parameters")
    ])
  }

  private static func clipText(_ clip: Double) -> String {
    ", which clipping keeps to \(ConfigurationText.short(clip))"
  }
}
