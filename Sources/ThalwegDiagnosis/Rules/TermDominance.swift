import ThalwegRecord

extension Rule {
  package static let termDominance = Rule(
    name: "term_dominance",
    summary: "one part is over 80 % of the loss's value",
    needs: "shares of parts, or weighted parts",
    severities: .info ... .info,
    judge: TermDominance.judge)
}

/// A large value is not a large gradient: a constant dominates a loss and moves nothing.
enum TermDominance {
  static let share = 0.8

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    var groups = TermShare.groups(run).map { shares in
      (parts: shares, rows: Moments.rows(shares))
    }
    for tables in LossTable.all(run, .weightedTerm) {
      guard let table = tables.first else { continue }
      groups.append((table.parts, Moments.rows(table.parts)))
    }
    groups.removeAll { $0.rows.isEmpty }
    if groups.isEmpty { return .cannotTell("shares of parts of the loss, or weighted parts") }
    let hasGradients = !run.ranked(.termGradient).isEmpty
    return .init(groups.flatMap { finding($0.parts, $0.rows, hasGradients: hasGradients) })
  }

  private static func finding(
    _ parts: [Series], _ rows: [[Point]], hasGradients: Bool
  ) -> [Finding] {
    // Parts below 0 have a share too: of what all of them move the value by.
    let shares = parts.indices.map { part in
      rows.reduce(0.0) { sum, row in
        let whole = row.reduce(0) { $0 + abs($1.value) }
        return sum + (whole > 0 ? abs(row[part].value) / whole : 0)
      } / Double(rows.count)
    }
    let records = rows.count == 1 ? "in the one record" : "the mean over \(rows.count) records"
    return parts.indices.filter { shares[$0] > share }.map { part in
      Finding(
        rule: Rule.termDominance.name, .info, .established, subjects: [parts[part].key.name],
        "\(parts[part].key.name) is \(shares[part].percent) of the loss's value, \(records); "
          + "that is its value, not its gradient",
        figures: [.init("share", shares[part])],
        evidence: parts[part].ends,
        unknown: hasGradients
          ? nil : "its share of the gradient: a constant is all value and no gradient",
        remedy: hasGradients
          ? "look at the share of its gradient, which term_gradient tells where it is large"
          : "record the norm of each part's gradient at the last shared layer",
        proof: "with the part's weight at 0 the norm of the gradient falls by its share")
    }
  }
}
