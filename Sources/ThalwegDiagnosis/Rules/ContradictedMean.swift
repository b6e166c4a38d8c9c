import ThalwegRecord

/// A printed mean against the printed sum and count: `avg_train_loss`, `total_train_loss` and
/// `train_batches`.
enum ContradictedMean {
  private static let means: Set<String> = ["avg", "average", "mean"]
  private static let sums: Set<String> = ["total", "sum", "accumulated", "cumulative"]
  private static let counts: Set<String> = ["batches", "steps", "count"]
  /// Words that say nothing of what it is; `so far` does: another part of the epoch.
  private static let empty: Set<String> = ["num", "number", "of", "n"]

  private enum Kind {
    case mean, sum, count
  }

  /// What a figure is the mean, sum or count of.
  private struct Subject: Hashable {
    var source: Int
    var words: [String]

    init(_ source: Int, _ words: [String]) {
      self.source = source
      self.words = words
    }
  }

  /// nil: no mean beside its sum and count.
  static func judge(_ run: RunRecord) -> [Finding]? {
    var sums: [Subject: [Series]] = [:]
    var counts: [Subject: [Series]] = [:]
    var means: [(subject: Subject, series: Series)] = []
    for series in run.series where series.key.tensor == nil && series.role != .clock {
      let source = series.key.source
      if let words = words(series, .mean) { means.append((Subject(source, words), series)) }
      if let words = words(series, .sum) {
        sums[Subject(source, words), default: []].append(series)
      }
      if let words = words(series, .count) {
        counts[Subject(source, words), default: []].append(series)
      }
    }
    var findings: [Finding]?
    for (subject, mean) in means {
      // Batches are those of the data, not of the loss.
      let data = Subject(subject.source, subject.words.filter { $0 != "loss" })
      for sum in sums[subject] ?? [] {
        for count in counts[data] ?? [] {
          let rows = Moments.rows([mean, sum, count])
          if rows.isEmpty { continue }
          findings = (findings ?? []) + [compared(mean, sum, count, rows, run)].compactMap { $0 }
        }
      }
    }
    return findings
  }

  /// What a name is the mean, sum or count of; nil: it is not one.
  private static func words(_ series: Series, _ kind: Kind) -> [String]? {
    // What stands in brackets tells two means apart; one weighted by items is no mean of batches.
    let name = series.key.name
    let words = NameWords.split(name.prefix { $0 != "(" })
    let rest = Set(NameWords.split(name.drop { $0 != "(" }))
    if !rest.isDisjoint(with: ["weighted", "sample", "samples", "precise"]) { return nil }
    let marks = kind == .mean ? means : kind == .sum ? sums : counts
    guard words.contains(where: marks.contains) else { return nil }
    return words.filter { !marks.contains($0) && !empty.contains($0) }.sorted()
  }

  private static func compared(
    _ mean: Series, _ sum: Series, _ count: Series, _ rows: [[Point]], _ run: RunRecord
  ) -> Finding? {
    let digits = (PrintedDigits([mean]), PrintedDigits([sum]))
    let wrong = rows.filter { row in
      let (mine, whole, items) = (row[0].value, row[1].value, row[2].value)
      guard items > 0 else { return false }
      let rounding =
        (digits.0?.halfUnit(of: mine) ?? 0) + (digits.1?.halfUnit(of: whole) ?? 0) / items
      return abs(mine - whole / items) > Contradiction.tolerance * abs(mine) + rounding
    }
    guard let first = wrong.first else { return nil }
    let (mine, whole, items) = (first[0].value, first[1].value, first[2].value)
    return Finding(
      rule: Rule.contradiction.name, .warning, .established,
      subjects: [mean.key.name, sum.key.name, count.key.name],
      "\(mean.key.name) is \(mine.shown(6)) at \(run.whereabouts(first[0])), yet \(sum.key.name) "
        + "\(whole.shown(6)) by \(count.key.name) \(items.shown()) is \((whole / items).shown(6)); "
        + "it would take \((whole / mine).shown(4))",
      figures: [.init("mean", mine), .init("sum", whole), .init("count", items)],
      evidence: first.map(\.place).unique,
      unknown: "whether the mean is weighted by items",
      remedy: "divide by the number of what was added, and say what it is a mean of",
      proof: "sum by count is the mean to its last printed digit")
  }
}
