import ThalwegRecord

extension Rule {
  package static let filtered = Rule(
    name: "filtered",
    summary: "losses were replaced where they were not finite, or non-finite figures were counted",
    needs: "losses beside norms, or a count of non-finite figures",
    severities: .warning ... .critical,
    judge: Filtered.judge)
}

/// Hugging Face's `logging_nan_inf_filter`, on unless switched off, puts the running mean in the
/// place of a loss that is not finite; where all of them are, 0.0 is logged. The step is taken all
/// the same (transformers pull request 13619, trl issue 6702).
enum Filtered {
  /// A loss of 0 is rounding where the loss before was not this many times its last digit.
  private static let printed = 1000.0

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let losses = run.ranked(.loss) { $0.split != .validation && $0.split != .test }
    let norms = run.ranked(.gradientNorm, .normBeforeClip, .gradientMaximum)
    let counts = run.series.filter { $0.role == .nonFiniteCount }
    if losses.isEmpty && counts.isEmpty {
      return .cannotTell("losses beside norms, or a count of non-finite figures")
    }
    var findings: [Finding] = []
    for loss in losses {
      let found =
        norms.lazy.compactMap { replaced(loss, $0, run) }.first ?? zeros(loss, run)
      if let found { findings.append(found) }
    }
    findings += counts.compactMap { counted($0, run) }
    return .init(findings)
  }

  /// A loss that is 0, or the same as before, where the norm is not finite.
  private static func replaced(_ loss: Series, _ norm: Series, _ run: RunRecord) -> Finding? {
    guard norm.nonFiniteCount > 0, let losses = loss.points else { return nil }
    let rows = Moments.rows([norm.nonFinite, losses])
    var zeros: [Point] = []
    var repeated: [Point] = []
    let skips = run.ranked(.skippedStep).flatMap { $0.points ?? [] }.filter { $0.value > 0 }
    let skipped = Set(skips.map(\.place))
    for row in rows {
      if row[1].value == 0 { zeros.append(row[1]) }
      guard let index = losses.firstIndex(of: row[1]), index > 0 else { continue }
      let before = losses[index - 1]
      // A step that was skipped leaves the loss of the same batch as it was.
      if skipped.contains(before.place) { continue }
      if row[1].value != 0 && before.value == row[1].value { repeated.append(row[1]) }
    }
    // One repeated figure may be chance, where figures are rounded.
    let isRepeated = repeated.count > 1 || (repeated.count == 1 && rows.count == 1)
    let found = zeros.isEmpty ? (isRepeated ? repeated : []) : zeros
    guard let first = found.first else { return nil }
    let what = zeros.isEmpty ? "the same as before" : "exactly 0"
    return Finding(
      rule: Rule.filtered.name, .critical, zeros.isEmpty ? .likely : .established,
      subjects: [loss.key.name, norm.key.name],
      "\(loss.key.name) is \(what) where \(norm.key.name) is \(norm.nonFinite[0].value.shown()), in "
        + "\(found.count) of \(rows.count) such records from \(run.whereabouts(first)): the loss "
        + "was not finite and its figure was replaced",
      figures: [
        .init("losses replaced", Double(found.count)),
        .init("norms not finite", Double(rows.count)),
      ],
      evidence: [first.place, norm.nonFinite[0].place],
      unknown: "the losses that were replaced",
      remedy: "log losses as they are: logging_nan_inf_filter=False in Hugging Face's Trainer",
      proof: "with the filter off these records show NaN")
  }

  /// A loss that falls to exactly 0 and stays there, from far above its last digit.
  private static func zeros(_ loss: Series, _ run: RunRecord) -> Finding? {
    guard loss.zeros >= 2, let points = loss.points, let digits = PrintedDigits([loss]) else {
      return nil
    }
    guard
      let start = points.indices.dropLast().first(where: { index in
        points[index].value == 0 && points[index + 1].value == 0
      }), start > 0
    else { return nil }
    let before = points[..<start].suffix(5).map(\.value)
    let level = Robust.median(before)
    let unit = 2 * digits.halfUnit(of: 0)
    if before.contains(where: { $0 <= 0 }) || level < printed * unit { return nil }
    return Finding(
      rule: Rule.filtered.name, .warning, .likely, subjects: [loss.key.name],
      "\(loss.key.name) is exactly 0 from \(run.whereabouts(points[start])), where it was "
        + "\(level.shown()) before: such a figure stands for a loss that is not finite",
      figures: [.init("records of 0", Double(loss.zeros)), .init("level before", level)],
      evidence: [points[start - 1].place, points[start].place],
      unknown: "no norm that is not finite is recorded beside it; a loss can be 0 in truth",
      remedy: "log losses as they are: logging_nan_inf_filter=False in Hugging Face's Trainer",
      proof: "with the filter off these records show NaN")
  }

  private static func counted(_ series: Series, _ run: RunRecord) -> Finding? {
    guard let top = series.highest, top.value > 0 else { return nil }
    let marked = series.points?.filter { $0.value > 0 }
    let count = marked.map { "\($0.count)" } ?? "some"
    let first = marked?.first ?? top
    return Finding(
      rule: Rule.filtered.name, .error, .established, subjects: [series.name],
      "\(series.name) is above 0 in \(count) of \(series.count) records, first at "
        + "\(run.whereabouts(first)), at most \(top.value.shown()): figures that were not finite "
        + "were caught",
      figures: [
        .init("records", marked.map { Double($0.count) }), .init("at most", top.value),
      ],
      evidence: [first.place, top.place],
      unknown: "what was done with those steps",
      remedy: "name the tensor and the operation at the first of them, and mend its range",
      proof: "the count is 0 in a new run of the same seed")
  }
}
