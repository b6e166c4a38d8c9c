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
/// which then asks for a smaller rate). Language models are often trained so, and well: how often is
/// no error, only how hard.
enum ClipSaturated {
  static let warningShare = 0.5
  /// Gradients that are this many times the threshold in most steps: all that tells one batch from
  /// another is taken from their length.
  static let errorRatio = 10.0
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
    /// How many times the threshold the norm is in the middle of all steps; nil: not recorded.
    var ratio: Double?
    /// Why the share is not a fact; nil: it is.
    var doubt: String?
  }

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    if ClipBeforeUnscale.judge(run).isFound {
      return .cannotTell("gradients that are unscaled when they are clipped")
    }
    if ClipMisplaced.judge(run).isFound {
      return .cannotTell("gradients that are clipped between backward and update")
    }
    let shares = run.ranked(.clippedShare) {
      $0.split != .validation && PolicyRatios.isOfGradients($0, run)
    }
    if let series = shares.first {
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
    } else if !whole.isAfterClip && !recordsClipping(norms, thresholds, run) {
      doubt =
        "nothing of the clipping itself is recorded, only a norm and a setting: whether that "
        + "is applied, and to these gradients"
    }
    return judge(
      Share(
        atLeast: whole.lowestShare, atMost: whole.highestShare, later: later.middleShare,
        unit: norms.isByEpoch ? "epochs" : "steps", count: whole.count, source: norms,
        ratio: whole.isAfterClip ? nil : ratio(norms, thresholds), doubt: doubt), run, thresholds)
  }

  /// Whether more tells of clipping than a threshold that is set.
  private static func recordsClipping(
    _ norms: Series, _ thresholds: ClipThresholds, _ run: RunRecord
  ) -> Bool {
    norms.role == .normBeforeClip || thresholds.isRecorded
      || !run.ranked(.normAfterClip, .clipCoefficient).isEmpty
      || CodeFacts(run.settings).clipsAll != nil
  }

  private static func ratio(_ norms: Series, _ thresholds: ClipThresholds) -> Double? {
    let ratios =
      thresholds.course.map { Moments.rows([norms, $0]).map { $0[0].value / $0[1].value } }
      ?? norms.samples.map { $0.mean / thresholds.highest.value }
    return ratios.isEmpty ? nil : Robust.median(ratios)
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
      count: series.count, source: series, ratio: nil, doubt: nil)
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
    let usual = series.samples.isEmpty ? nil : Robust.median(series.samples.map(\.mean))
    let later = bounds(.secondHalf)
    let isFew = series.count < wantedSteps
    return Share(
      atLeast: whole.atLeast, atMost: whole.atMost, later: (later.atLeast + later.atMost) / 2,
      unit: "steps", count: series.count, source: series,
      ratio: usual.map { $0 > 0 ? 1 / $0 : .infinity },
      doubt: isFew ? "\(series.count) coefficients are few, \(wantedSteps) are wanted" : nil)
  }

  private static func judge(
    _ share: Share, _ run: RunRecord, _ thresholds: ClipThresholds? = nil
  ) -> Rule.Judgement {
    let middle = (share.atLeast + share.atMost) / 2
    if middle <= warningShare { return .quiet }
    let isError = share.ratio ?? 0 > errorRatio
    // What was clipped at first and is not now needs no mending.
    let isOver = share.later <= warningShare
    let isFact = share.doubt == nil && share.atLeast > warningShare
    let range =
      share.atMost - share.atLeast < 5e-3
      ? share.atLeast.percent : "\(share.atLeast.percent) to \(share.atMost.percent)"
    let name = share.source.key.name
    let length = share.ratio.map { ratio in
      ratio.isFinite
        ? "; the usual norm is \(ratio.shown(3)) times the threshold"
        : "; of the usual gradient it leaves 0"
    }
    return .found([
      Finding(
        rule: Rule.clipSaturated.name, isOver ? .info : isError ? .error : .warning,
        isFact ? .established : .likely, subjects: [name],
        "gradients are clipped in \(range) of the steps, by \(name) over \(share.count) "
          + "\(share.unit)\(thresholds.map { ", threshold \($0.text)" } ?? ""); in the second half "
          + "in \(share.later.percent)\(length ?? "")",
        figures: [
          .init("share at least", share.atLeast), .init("share at most", share.atMost),
          .init("share of the second half", share.later),
          .init("usual ratio", share.ratio.flatMap { $0.isFinite ? $0 : nil }),
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
