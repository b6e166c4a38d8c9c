import ThalwegRecord

extension Rule {
  package static let clipNeverActs = Rule(
    name: "clip_never_acts",
    summary: "the clip threshold is over ten times nearly all norms",
    needs: "norms of at least 20 steps and a clip threshold",
    severities: .info ... .info,
    judge: ClipNeverActs.judge)
}

enum ClipNeverActs {
  /// Of the norm that 99 of 100 steps do not exceed.
  static let looseness = 10.0
  static let fewestSteps = 20

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    guard let norms = run.stepNorms.first, norms.count >= fewestSteps else {
      return .cannotTell("norms of at least \(fewestSteps) steps before clipping")
    }
    guard let thresholds = ClipThresholds(run) else { return .cannotTell(ClipThresholds.missing) }
    // The largest of each sample bounds what is not kept.
    let usual = Robust.quantile(norms.samples.map(\.high.value), 0.99)
    // Where they are 0 it is not the clip that is wrong.
    guard let top = norms.highest, usual > 0, thresholds.lowest.value > looseness * usual,
      thresholds.lowest.value > top.value
    else { return .quiet }
    let isFact = norms.count >= ClipSaturated.wantedSteps && !norms.isByEpoch
    return .found([
      Finding(
        rule: Rule.clipNeverActs.name, .info, isFact ? .established : .likely,
        subjects: [norms.key.name],
        "clipping never acts: the threshold \(thresholds.text) is "
          + "\((thresholds.lowest.value / usual).shown(3)) times the norm \(usual.shown()) that 99 "
          + "of 100 steps do not exceed, and the largest of \(norms.count) is \(top.value.shown())",
        figures: [
          .init("threshold", thresholds.lowest.value), .init("99th percentile", usual),
          .init("largest norm", top.value),
        ],
        evidence: [top.place] + thresholds.named.map(\.place),
        unknown: norms.isByEpoch ? "norms of single steps are not recorded" : nil,
        remedy: "set it just above the usual norm, or take the clip out",
        proof: "without the clip the run is the same bit for bit")
    ])
  }
}
