import ThalwegRecord

extension Rule {
  package static let clipNotEffective = Rule(
    name: "clip_not_effective",
    summary: "a norm said to be after clipping exceeds the clip threshold",
    needs: "norms after clipping and a clip threshold",
    severities: .critical ... .critical,
    judge: ClipNotEffective.judge)
}

enum ClipNotEffective {
  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let norms = run.ranked(.normAfterClip)
    if norms.isEmpty { return .cannotTell("a norm that is said to be the one after clipping") }
    guard let thresholds = ClipThresholds(run) else { return .cannotTell(ClipThresholds.missing) }
    // Why it holds nothing is known then, and told there.
    if ClipMisplaced.judge(run).isFound {
      return .cannotTell("gradients that are clipped between backward and update")
    }
    return .init(norms.compactMap { finding($0, thresholds, in: run) })
  }

  private static func finding(
    _ norms: Series, _ thresholds: ClipThresholds, in run: RunRecord
  ) -> Finding? {
    var worst: (norm: Point, threshold: Double)?
    if let course = thresholds.course {
      for row in Moments.rows([norms, course]) {
        let isWorse = worst.map { row[0].value / row[1].value > $0.norm.value / $0.threshold }
        if isWorse ?? true { worst = (row[0], row[1].value) }
      }
    } else {
      worst = norms.highest.map { ($0, thresholds.highest.value) }
    }
    guard let (norm, threshold) = worst else { return nil }
    let halfUnit = norms.halfUnits(of: [norm.value])[0]
    if norm.value - halfUnit <= threshold * (1 + ClipThresholds.tolerance) { return nil }
    return Finding(
      rule: Rule.clipNotEffective.name, .critical, .established, subjects: [norms.key.name],
      "\(norms.key.name), the norm after clipping, reaches \(norm.value.shown()) "
        + "(\(run.whereabouts(norm))), \((norm.value / threshold).shown(3)) times the threshold "
        + "\(thresholds.text): clipping does not hold it",
      figures: [.init("norm after clipping", norm.value), .init("threshold", threshold)],
      evidence: [norm.place] + thresholds.named.map(\.place),
      unknown: "whether the clip runs before backward, after the step, before gradients are "
        + "unscaled, or over a part of the tensors",
      remedy: "backward, then unscale, then clip all tensors of the optimizer, then step",
      proof: "with gradients multiplied by a million the norm after clipping is still at most "
        + threshold.shown())
  }
}
