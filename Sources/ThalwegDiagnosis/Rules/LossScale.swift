import ThalwegRecord

extension Rule {
  package static let lossScale = Rule(
    name: "loss_scale",
    summary: "mixed precision skips over 5 % of the later steps, or scales below 1",
    needs: "the loss scale, or which steps were skipped",
    severities: .warning ... .error,
    judge: LossScale.judge)
}

/// A scale that doubles every 2000 steps (torch.amp.GradScaler) costs a skipped step in 2000, and
/// some at the start until it fits.
enum LossScale {
  static let warningShare = 0.05
  static let errorShare = 0.5
  static let fewestSteps = 20

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let flags = run.ranked(.skippedStep).first { $0.count >= fewestSteps }
    let scale = run.ranked(.lossScale).first
    if flags == nil && scale == nil {
      return .cannotTell("the loss scale, or which of at least \(fewestSteps) steps were skipped")
    }
    var texts: [String] = []
    var severity = Severity.warning
    var share: Double?
    if let flags {
      let later = RecordPart.secondHalf.of(flags.samples).reduce(0) { $0 + $1.count }
      let skipped = Double(flags.flagged(.secondHalf)) / Double(max(later, 1))
      if skipped > warningShare {
        share = skipped
        severity = skipped > errorShare ? .error : .warning
        texts.append(
          "mixed precision skipped \(flags.flagged(.whole)) of \(flags.count) steps, "
            + "\(skipped.percent) of those of the second half")
      }
    }
    let low = scale?.lowest.flatMap { $0.value < 1 ? $0 : nil }
    if let low {
      severity = .error
      texts.append(
        "the loss scale falls to \(low.value.shown(3)) at \(run.whereabouts(low)): gradients "
          + "overflow though they are scaled down")
    }
    if texts.isEmpty { return .quiet }
    let sources = [share == nil ? nil : flags, scale].compactMap { $0 }
    return .found([
      Finding(
        rule: Rule.lossScale.name, severity, .established, subjects: sources.map(\.key.name),
        texts.joined(separator: "; "),
        figures: [.init("share of the second half", share), .init("lowest scale", low?.value)],
        evidence: (sources.flatMap(\.ends) + [low?.place].compactMap { $0 }).unique,
        unknown: "which operation overflows",
        remedy: "keep the operation that overflows in float32, or train in bfloat16",
        proof: "the scale then stays, and a step in some thousands is skipped")
    ])
  }
}
