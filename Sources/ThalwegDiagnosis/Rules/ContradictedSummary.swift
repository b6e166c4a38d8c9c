import ThalwegRecord

/// A summary, such as `best_val_loss` or `total_epochs`, against the figures that it sums up.
enum ContradictedSummary {
  private static let extremes: Set<String> = [
    "best", "min", "minimum", "lowest", "max", "maximum", "highest",
  ]
  private static let lowest: Set<String> = ["min", "minimum", "lowest"]
  private static let highest: Set<String> = ["max", "maximum", "highest"]
  private static let validation: Set<String> = [
    "val", "valid", "validation", "eval", "evaluation", "dev",
  ]

  private struct Summary {
    var name: String
    var words: [String]
    var value: Double
    var place: Place
  }

  /// nil: no summary beside its series.
  static func judge(_ run: RunRecord) -> [Finding]? {
    var findings: [Finding]?
    var named: [[String]: [Series]] = [:]
    for one in run.series where one.key.tensor == nil && one.count > 1 {
      named[plain(NameWords.split(one.key.name)), default: []].append(one)
    }
    for summary in summaries(run) {
      for found in [extreme(summary, named, run), epochs(summary, run)] {
        guard let found else { continue }
        findings = (findings ?? []) + found
      }
    }
    return findings
  }

  /// Settings of the record with a number, and series of one figure.
  private static func summaries(_ run: RunRecord) -> [Summary] {
    let settings = run.settings.compactMap { setting -> Summary? in
      guard let number = setting.number, setting.origin == .record else { return nil }
      return Summary(
        name: setting.name, words: NameWords.split(setting.key), value: number,
        place: setting.place)
    }
    let series = run.series.compactMap { series -> Summary? in
      guard series.count == 1, series.key.tensor == nil, let point = series.points?.first else {
        return nil
      }
      return Summary(
        name: series.key.name, words: NameWords.split(series.key.name), value: point.value,
        place: point.place)
    }
    return settings + series
  }

  /// The best of a series; nil: it is no such summary, or the series is not recorded.
  private static func extreme(
    _ summary: Summary, _ named: [[String]: [Series]], _ run: RunRecord
  ) -> [Finding]? {
    guard summary.words.contains(where: extremes.contains) else { return nil }
    let wanted = plain(summary.words.filter { !extremes.contains($0) })
    if wanted.isEmpty { return nil }
    // `min_lr` is what someone chose; only figures of quality have a best.
    let same = (named[wanted] ?? []).filter { one in
      one.role == .loss || one.role == .metric
        || (one.role == nil && summary.words.contains("best"))
    }
    // Two that fit leave open which one is meant.
    guard same.count == 1, let low = same[0].lowest, let high = same[0].highest else { return nil }
    let values =
      summary.words.contains(where: lowest.contains)
      ? [low] : summary.words.contains(where: highest.contains) ? [high] : [low, high]
    let halfUnit = same[0].halfUnits(of: [summary.value])[0]
    let printed = DecimalDigits(summary.value).decimals
    let own = printed < PrintedDigits.longestFormat ? halfUnitOf(printed) : 0
    let fits = values.contains {
      abs($0.value - summary.value)
        <= Contradiction.tolerance * abs(summary.value) + max(halfUnit, own)
    }
    if fits { return [] }
    return [
      Finding(
        rule: Rule.contradiction.name, .warning, .likely,
        subjects: [summary.name, same[0].key.name],
        "\(summary.name) is \(summary.value.shown(6)), yet \(same[0].key.name) lies between "
          + "\(low.value.shown(6)) (\(run.whereabouts(low))) and \(high.value.shown(6)) "
          + "(\(run.whereabouts(high)))",
        figures: [
          .init("summary", summary.value), .init("lowest", low.value), .init("highest", high.value),
        ],
        evidence: [summary.place, low.place, high.place],
        unknown: "whether some figures of the series are not in the record",
        remedy: "compute the summary from the figures that are logged",
        proof: "it is one of the two ends of its series")
    ]
  }

  /// How many epochs were trained; nil: no such summary, or no epochs recorded.
  private static func epochs(_ summary: Summary, _ run: RunRecord) -> [Finding]? {
    let words = Set(summary.words)
    let isCount =
      words == ["total", "epochs"] || words == ["epochs", "trained"] || words == ["final", "epoch"]
      || words == ["epochs", "completed"] || words == ["epochs", "run"]
    if !isCount { return nil }
    let ends = run.series.compactMap { series -> Point? in
      guard series.count > 1, let last = series.last, last.progress.epoch != nil else { return nil }
      return last
    }
    guard
      let last = ends.max(by: { ($0.progress.epoch ?? 0) < ($1.progress.epoch ?? 0) }),
      let epoch = last.progress.epoch
    else { return nil }
    // Epochs are counted from 0 or from 1, and a total may be the one that was planned.
    let isPlanned = run.epochs == summary.value && epoch < summary.value
    if isPlanned || abs(epoch - summary.value) <= 1 { return [] }
    return [
      Finding(
        rule: Rule.contradiction.name, .warning, .likely, subjects: [summary.name],
        "\(summary.name) is \(summary.value.shown()), yet the last figures are of epoch "
          + "\(epoch.shown())",
        figures: [.init("summary", summary.value), .init("last epoch", epoch)],
        evidence: [summary.place, last.place],
        unknown: "whether the record is whole", remedy: "keep the whole record",
        proof: "the last recorded epoch is the summary's")
    ]
  }

  private static func plain(_ words: [String]) -> [String] {
    words.map { validation.contains($0) ? "val" : $0 == "training" ? "train" : $0 }.sorted()
  }

  private static func halfUnitOf(_ decimals: Int) -> Double {
    (0..<decimals).reduce(0.5) { half, _ in half / 10 }
  }
}
