import ThalwegRecord

extension Rule {
  package static let clipBeforeUnscale = Rule(
    name: "clip_before_unscale",
    summary: "gradients are clipped while still multiplied with the loss scale of mixed precision",
    needs: "the order of clipping and unscaling",
    severities: .error ... .error,
    judge: ClipBeforeUnscale.judge)
}

/// The threshold then acts on scaled gradients: what it leaves is divided by the scale once more
/// (the notes of torch.amp ask for `unscale_` before clipping).
enum ClipBeforeUnscale {
  static func judge(_ run: RunRecord) -> Rule.Judgement {
    guard let flags = run.ranked(.clippedWhileScaled).first else {
      return .cannotTell("whether gradients were still scaled when they were clipped")
    }
    let count = flags.flagged(.whole)
    guard count > 0, let first = flags.points?.first(where: { $0.value > 0 }) ?? flags.highest
    else { return .quiet }
    let scale = run.ranked(.lossScale).first?.highest
    if scale?.value == 1 { return .quiet }
    let threshold = ClipThresholds(run)?.lowest
    var effect = ""
    if let scale { effect = ", up to \(scale.value.shown(8))" }
    if let scale, let threshold {
      effect +=
        ": the threshold \(threshold.value.shown()) holds their true norm to "
        + (threshold.value / scale.value).shown(3)
    }
    return .found([
      Finding(
        rule: Rule.clipBeforeUnscale.name, .error, .established, subjects: [flags.key.name],
        "gradients are clipped while still multiplied with the loss scale\(effect); so in "
          + "\(count) of \(flags.count) steps, first at \(run.whereabouts(first))",
        figures: [
          .init("steps", Double(count)), .init("scale", scale?.value),
          .init("threshold", threshold?.value),
        ],
        evidence: [first.place],
        remedy: "backward, then scaler.unscale_(optimizer), then clip, then scaler.step(optimizer)",
        proof: "the norm that clipping returns is that of a run without mixed precision")
    ])
  }
}

extension Series {
  /// How many of its figures are 1, where all are 0 or 1.
  func flagged(_ part: RecordPart) -> Int {
    let sum = part.of(samples).reduce(0) { $0 + $1.mean * Double($1.count) }
    return Int(clamping: sum.rounded())
  }
}
