import ThalwegRecord

extension Rule {
  package static let contradiction = Rule(
    name: "contradiction",
    summary: "two figures of the record cannot both be true",
    needs: "one figure in two files, a summary beside its series, or norms beside changes",
    severities: .warning ... .error,
    judge: Contradiction.judge)
}

/// Two figures are equal where they differ by no more than rounding to their printed digits, and
/// by `tolerance` of their size for what programs round in between.
enum Contradiction {
  static let tolerance = 1e-4

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    var findings: [Finding] = []
    var judged = false
    for part in [
      twice(run), ContradictedSummary.judge(run), ContradictedMean.judge(run),
      ContradictedCount.judge(run),
      changes(run), ZeroNorm.contradiction(run),
    ] {
      guard let part else { continue }
      judged = true
      findings += part
    }
    if !judged {
      return .cannotTell(
        "one figure in two files, a summary beside its series, or norms and changes")
    }
    return .init(findings)
  }

  /// One name in two files; nil: there is none.
  private static func twice(_ run: RunRecord) -> [Finding]? {
    var groups: [[Series]] = []
    var indices: [SeriesKey: Int] = [:]
    for series in run.series {
      let key = SeriesKey(name: series.key.name, tensor: series.key.tensor, source: 0)
      if let index = indices[key] {
        groups[index].append(series)
      } else {
        indices[key] = groups.count
        groups.append([series])
      }
    }
    var findings: [Finding]?
    for group in groups where group.count > 1 {
      let group = group.sorted { $0.key.source < $1.key.source }
      for other in group.dropFirst() {
        let rows = Moments.rows([group[0], other])
        if rows.isEmpty { continue }
        findings = (findings ?? []) + [compared(group[0], other, rows, run)].compactMap { $0 }
      }
    }
    return findings
  }

  private static func compared(
    _ one: Series, _ other: Series, _ rows: [[Point]], _ run: RunRecord
  ) -> Finding? {
    // Clocks of two programs differ.
    if one.role == .clock || other.role == .clock { return nil }
    let digits = (PrintedDigits([one]), PrintedDigits([other]))
    let different = rows.filter { row in
      let (mine, theirs) = (row[0].value, row[1].value)
      let rounding =
        (digits.0?.halfUnit(of: mine) ?? 0) + (digits.1?.halfUnit(of: theirs) ?? 0)
      return abs(mine - theirs) > tolerance * max(abs(mine), abs(theirs)) + rounding
    }
    guard let first = different.first else { return nil }
    let ratios = different.compactMap { $0[0].value == 0 ? nil : $0[1].value / $0[0].value }
    var kind = ""
    if ratios.count == rows.count, rows.count > 2, let low = ratios.min(), let high = ratios.max(),
      low > 0, high <= low * 1.001
    {
      kind = "; the second is \(Robust.median(ratios).shown(3)) times the first in all"
    }
    let files = [one, other].map { run.sources[$0.key.source].path }
    return Finding(
      rule: Rule.contradiction.name, .warning, .likely, subjects: [one.name],
      "\(one.name) differs between \(files[0]) and \(files[1]) in \(different.count) of "
        + "\(rows.count) common records, first at \(run.whereabouts(first[0])): "
        + "\(first[0].value.shown(6)) and \(first[1].value.shown(6))\(kind)",
      figures: [.init("first file", first[0].value), .init("second file", first[1].value)],
      evidence: first.map(\.place),
      unknown: "whether one is a running mean, or the files are of two runs",
      remedy: "log the figure once, under a name that says how it is averaged",
      proof: "both files then agree to their last printed digit")
  }

  /// A tensor whose norm changed by more than it moved; nil: nothing recorded.
  private static func changes(_ run: RunRecord) -> [Finding]? {
    let rows = NormChange.all(run)
    if rows.isEmpty { return nil }
    let wrong = rows.filter { $0.change < $0.difference - $0.slack }
    guard let first = wrong.first else { return [] }
    return [
      Finding(
        rule: Rule.contradiction.name, .error, .established,
        subjects: wrong.map(\.tensor).unique,
        "\(first.tensor) moved by \(first.change.shown(6)), yet its norm went from "
          + "\(first.before.shown(8)) to \(first.after.shown(8)): a norm cannot change by more than "
          + "its tensor moves; so in \(wrong.count) of \(rows.count) records",
        figures: [
          .init("change", first.change), .init("norm before", first.before),
          .init("norm after", first.after),
        ],
        evidence: first.places,
        unknown: "which of the three is wrong, or from another step",
        remedy: "take all three around the same update",
        proof: "the change is at least the difference of the norms in each record")
    ]
  }
}

extension [String] {
  /// Each text once, in order of appearance.
  var unique: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
