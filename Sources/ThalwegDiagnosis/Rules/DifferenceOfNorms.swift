import ThalwegRecord

extension Rule {
  package static let differenceOfNorms = Rule(
    name: "difference_of_norms",
    summary: "what is logged as a tensor's change is the difference of its norms",
    needs: "changes of named tensors beside their norms before and after",
    severities: .info ... .info,
    judge: DifferenceOfNorms.judge)
}

enum DifferenceOfNorms {
  /// Records in which the two could have differed.
  private static let fewest = 3

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    // From a norm of 0, difference and change are the same; so are two zeros.
    let rows = NormChange.all(run).filter {
      $0.before > 0 && $0.change > 0 && $0.slack < 0.01 * $0.change
    }
    if rows.count < fewest {
      return .cannotTell("changes of \(fewest) tensors beside their norms before and after")
    }
    if rows.contains(where: { abs($0.change - $0.difference) > $0.slack }) { return .quiet }
    let first = rows[0]
    return .found([
      Finding(
        rule: Rule.differenceOfNorms.name, .info, .established,
        subjects: rows.map(\.tensor).unique,
        "the logged change of a tensor is the difference of its norms in all \(rows.count) records "
          + "(\(first.tensor): \(first.change.shown(6)) from \(first.before.shown(8)) to "
          + "\(first.after.shown(8))): a lower bound of how far it moved",
        figures: [.init("records", Double(rows.count)), .init("change", first.change)],
        evidence: first.places,
        unknown: "how far tensors moved: a rotation leaves the norm as it was",
        remedy: "log the norm of the difference",
        proof: "it is at least the difference of the norms")
    ])
  }
}
