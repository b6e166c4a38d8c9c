import ThalwegRecord

extension Rule {
  package static let clipSaturated = Rule(
    name: "clip_saturated",
    summary: "gradients are clipped in more than half of the steps",
    needs: "norms and a clip threshold, or clip coefficients, or the share of clipped steps",
    severities: .info ... .error,
    judge: ClipSaturated.judge)
}

/// Clipping in over half of the steps is extremely aggressive (google-research/tuning_playbook,
/// which then asks for a smaller rate).
enum ClipSaturated {
  static let warningShare = 0.5
  /// Nearly each step has the length of the threshold: under Adam the clip is then inert, under SGD
  /// the rate alone sets the step.
  static let errorShare = 0.9
  /// Norms of single steps wanted before a share is a fact.
  static let wantedSteps = 100
  /// With fewer nothing is said.
  static let fewestSteps = 10

  /// A share of clipped steps, as far as the record tells it.
  private struct Share {
    /// Over the whole record, then over its second half.
    var atLeast: Double
    var atMost: Double
    var later: Double
    /// What it was counted in: `steps`, `epochs`.
    var unit: String
    var count: Int
    var source: Series
    /// Why the share is not a fact; nil: it is.
    var doubt: String?
  }

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    if let series = run.ranked(.clippedShare, where: { $0.split != .validation }).first {
      return judge(share(of: series, unit: series.isByEpoch ? "epochs" : "records"), run)
    }
    if let series = run.ranked(.clipCoefficient).first {
      return judge(share(ofCoefficients: series), run)
    }
    guard let norms = run.stepNorms.first ?? run.ranked(.normAfterClip).first else {
      return .cannotTell("norms, clip coefficients, or a share of clipped steps")
    }
    guard let thresholds = ClipThresholds(run) else { return .cannotTell(ClipThresholds.missing) }
    let whole = ClipCount(norms, thresholds)
    if whole.count < fewestSteps {
      return .cannotTell("norms of at least \(fewestSteps) steps, where there are \(whole.count)")
    }
    let later = ClipCount(norms, thresholds, .secondHalf)
    var doubt: String?
    if norms.isByEpoch {
      doubt = "there is one norm an epoch, and how its steps lie about it is not recorded"
    } else if whole.count < wantedSteps {
      doubt = "\(whole.count) norms are few, \(wantedSteps) are wanted"
    } else if whole.lowestShare <= warningShare {
      doubt = "only the extremes of neighbouring steps are kept"
    }
    return judge(
      Share(
        atLeast: whole.lowestShare, atMost: whole.highestShare, later: later.middleShare,
        unit: norms.isByEpoch ? "epochs" : "steps", count: whole.count, source: norms,
        doubt: doubt), run, thresholds)
  }

  private static func share(of series: Series, unit: String) -> Share {
    func mean(_ samples: ArraySlice<Sample>) -> Double {
      let count = samples.reduce(0) { $0 + $1.count }
      return samples.reduce(0) { $0 + $1.mean * Double($1.count) } / Double(max(count, 1))
    }
    let share = mean(RecordPart.whole.of(series.samples))
    return Share(
      atLeast: share, atMost: share, later: mean(RecordPart.secondHalf.of(series.samples)),
      unit: unit,
      count: series.count, source: series, doubt: nil)
  }

  private static func share(ofCoefficients series: Series) -> Share {
    func bounds(_ part: RecordPart) -> (atLeast: Double, atMost: Double) {
      var (atLeast, atMost, count) = (0, 0, 0)
      for sample in part.of(series.samples) {
        count += sample.count
        if sample.high.value < 1 {
          atLeast += sample.count
          atMost += sample.count
        } else if sample.low.value < 1 {
          atLeast += 1
          atMost += sample.count - 1
        }
      }
      let whole = Double(max(count, 1))
      return (Double(atLeast) / whole, Double(atMost) / whole)
    }
    let whole = bounds(.whole)
    let later = bounds(.secondHalf)
    let isFew = series.count < wantedSteps
    return Share(
      atLeast: whole.atLeast, atMost: whole.atMost, later: (later.atLeast + later.atMost) / 2,
      unit: "steps", count: series.count, source: series,
      doubt: isFew ? "\(series.count) coefficients are few, \(wantedSteps) are wanted" : nil)
  }

  private static func judge(
    _ share: Share, _ run: RunRecord, _ thresholds: ClipThresholds? = nil
  ) -> Rule.Judgement {
    let middle = (share.atLeast + share.atMost) / 2
    if middle <= warningShare { return .quiet }
    let isError = min(middle, share.later) > errorShare
    // What was clipped at first and is not now needs no mending.
    let isOver = share.later <= warningShare
    let isFact = share.doubt == nil && share.atLeast > (isError ? errorShare : warningShare)
    let range =
      share.atMost - share.atLeast < 5e-3
      ? share.atLeast.percent : "\(share.atLeast.percent) to \(share.atMost.percent)"
    let name = share.source.key.name
    return .found([
      Finding(
        rule: Rule.clipSaturated.name, isOver ? .info : isError ? .error : .warning,
        isFact ? .established : .likely, subjects: [name],
        "gradients are clipped in \(range) of the steps, by \(name) over \(share.count) "
          + "\(share.unit)\(thresholds.map { ", threshold \($0.text)" } ?? ""); in the second half "
          + "in \(share.later.percent)",
        figures: [
          .init("share at least", share.atLeast), .init("share at most", share.atMost),
          .init("share of the second half", share.later),
        ],
        evidence: share.source.ends + (thresholds?.named.map(\.place) ?? []),
        unknown: share.doubt ?? "which term or tensor makes the norm large",
        remedy: "find what makes the norm large, or lower the rate; then set the threshold at the "
          + "90th percentile of the norms",
        proof: "after it 5 to 15 % of the steps are clipped, and the validation loss is not worse")
    ])
  }
}

extension ClipCount {
  fileprivate var middleShare: Double { (lowestShare + highestShare) / 2 }
}
