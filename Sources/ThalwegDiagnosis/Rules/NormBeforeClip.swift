import ThalwegRecord

extension Rule {
  package static let normBeforeClip = Rule(
    name: "norm_before_clip",
    summary: "a logged norm exceeds the clip threshold, so it is the norm before clipping",
    needs: "gradient norms and a clip threshold",
    severities: .info ... .info,
    judge: NormBeforeClip.judge)
}

/// clip_grad_norm_ of PyTorch, and all that log its result, give the norm before clipping; it is
/// often read as proof that clipping failed (verl issue 2282, LLaMA-Factory issue 3996).
enum NormBeforeClip {
  /// What PyTorch adds to the norm before it divides.
  private static let epsilon = 1e-6
  private static let statedKeys: Set<String> = [
    "grad_norm", "gradient_norm", "grad", "gradient", "norm", "total_norm", "total_grad_norm",
    "reported_grad_norm", "reported_norm",
  ]

  private struct Norm {
    var value: Double
    var name: String
    var place: Place
    var moment: String?
    var section: String?
    var series: Series?
  }

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let norms = largest(run)
    if norms.isEmpty { return .cannotTell("a norm of the gradients") }
    if ClipThresholds(run) == nil { return .cannotTell(ClipThresholds.missing) }
    let facts = CodeFacts(run.settings)
    return .init(norms.compactMap { finding($0, in: run, facts) })
  }

  /// The largest norm of each series of which the record does not say that it is one before or
  /// after clipping, and norms that someone states.
  private static func largest(_ run: RunRecord) -> [Norm] {
    let series = run.ranked(.gradientNorm, .gradientMaximum).compactMap { one -> Norm? in
      guard let top = one.highest else { return nil }
      return Norm(
        value: top.value, name: one.key.name, place: top.place, moment: run.whereabouts(top),
        section: nil, series: one)
    }
    let stated = run.settings(statedKeys).compactMap { setting -> Norm? in
      guard setting.isStated, let number = setting.number else { return nil }
      let section = setting.path.count > 1 ? setting.path.first : nil
      return Norm(
        value: number, name: setting.name, place: setting.place, moment: nil, section: section)
    }
    return series + stated
  }

  private static func finding(_ norm: Norm, in run: RunRecord, _ facts: CodeFacts) -> Finding? {
    guard let thresholds = ClipThresholds(run, section: norm.section) else { return nil }
    let threshold = thresholds.highest
    if norm.value <= threshold.value * (1 + ClipThresholds.tolerance) { return nil }
    let coefficients = thresholds.named.map { $0.value / (norm.value + epsilon) }
    let shown = coefficients.map { $0.shown(3) }.joined(separator: " or ")
    let after = run.ranked(.normAfterClip).compactMap(\.highest)
    let isBounded = after.contains { $0.value <= threshold.value * (1 + ClipThresholds.tolerance) }
    let isCertain = isBounded || facts.clipsAll == true
    let moment = norm.moment.map { " (\($0))" } ?? ""
    let count = norm.series.map { ClipCount($0, thresholds) }
    var figures = [Finding.Figure("norm_before_clip", norm.value)]
    figures += thresholds.named.map { .init("threshold", $0.value) }
    figures += coefficients.map { .init("coefficient", $0) }
    if coefficients.count == 1 {
      figures.append(.init("norm_after_clip", coefficients[0] * norm.value))
    }
    if let count {
      figures.append(.init("records", Double(count.count)))
      let isExact = count.atLeast == count.atMost
      figures.append(.init("clipped_share", isExact ? count.lowestShare : nil))
    }
    if let covers = facts.clipsAll {
      figures.append(.init("covers_all_parameters", covers ? 1 : 0))
    }
    return Finding(
      rule: Rule.normBeforeClip.name, .info, isCertain ? .established : .likely,
      subjects: [norm.name],
      "\(norm.name) reaches \(norm.value.shown())\(moment), above the clip threshold "
        + "\(thresholds.text): that is the norm before clipping, which then multiplies the "
        + "gradients by \(shown)\(counted(count)); it does not show that clipping failed",
      figures: figures,
      evidence: [norm.place] + thresholds.named.map(\.place) + [facts.clipPlace].compactMap { $0 },
      unknown: isCertain ? nil : unknown(facts),
      remedy: "log the norm before clipping, the one after it, and the coefficient, each by name",
      proof: "the norm computed again after the clip is at most \(threshold.value.shown())")
  }

  private static func unknown(_ facts: CodeFacts) -> String {
    facts.clipsAll == false
      ? "the norm after clipping is not recorded, and not all parameters are clipped"
      : "the norm after clipping is not recorded, and whether all tensors are clipped"
  }

  private static func counted(_ count: ClipCount?) -> String {
    guard let count else { return "" }
    let above =
      count.atLeast == count.atMost ? "\(count.atMost)" : "\(count.atLeast) to \(count.atMost)"
    return ", in \(above) of \(count.count) records"
  }
}
