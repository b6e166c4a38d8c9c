import ThalwegRecord

extension Rule {
  package static let termShare = Rule(
    name: "term_share",
    summary: "the shares of the loss's parts do not add up to 1",
    needs: "shares of two or more parts, recorded together",
    severities: .warning ... .warning,
    judge: TermShare.judge)
}

enum TermShare {
  /// Beyond what rounding each share can make.
  private static let tolerance = 1e-3
  private static let wholePercent = 0.005

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    var findings: [Finding] = []
    var judged = 0
    for shares in groups(run) {
      let rows = Moments.rows(shares)
      if rows.isEmpty { continue }
      judged += 1
      // All are printed by one format, at least in whole percent.
      let unit = min(PrintedDigits(shares)?.halfUnit(of: 0) ?? wholePercent, wholePercent)
      let slack = tolerance + unit * Double(shares.count)
      let off = rows.filter { abs(total($0) - 1) > slack }
      guard let first = off.first else { continue }
      findings.append(
        Finding(
          rule: Rule.termShare.name, .warning, .established, subjects: shares.map(\.key.name),
          "the \(shares.count) shares of the loss add up to \(total(first).percent) at "
            + "\(run.whereabouts(first[0])), and not to 100 % in \(off.count) of \(rows.count) records",
          figures: [.init("sum", total(first)), .init("records", Double(off.count))],
          evidence: [first[0].place],
          unknown: "whether a part is not logged, counted twice, or below 0",
          remedy: "log the share of every part", proof: "they add up to 1 in each record"))
    }
    if judged == 0 { return .cannotTell("shares of two or more parts of the loss") }
    return .init(findings)
  }

  /// Shares of one file and of the same data.
  static func groups(_ run: RunRecord) -> [[Series]] {
    var groups: [[Series]] = []
    for series in run.ranked(.termShare) {
      let place = groups.firstIndex { group in
        group[0].key.source == series.key.source && group[0].split == series.split
      }
      if let place { groups[place].append(series) } else { groups.append([series]) }
    }
    return groups.filter { $0.count > 1 }
  }

  private static func total(_ row: [Point]) -> Double { row.reduce(0) { $0 + $1.value } }
}
