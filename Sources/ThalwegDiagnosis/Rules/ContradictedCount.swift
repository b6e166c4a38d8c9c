import ThalwegRecord

/// A printed number of batches, such as `train_batches`, against the batches that are recorded.
enum ContradictedCount {
  private static let validation: Set<String> = [
    "val", "valid", "validation", "eval", "evaluation", "dev",
  ]

  private struct Count {
    var name: String
    var value: Double
    var place: Place
  }

  /// nil: no number of batches beside batches.
  static func judge(_ run: RunRecord) -> [Finding]? {
    let counts = counts(run)
    if counts.isEmpty { return nil }
    var findings: [Finding]?
    for count in counts {
      let isValidation = NameWords.split(count.name).contains(where: validation.contains)
      let same = run.series.filter { series in
        series.key.source == count.place.source && (series.split == .validation) == isValidation
          && series.split != .test && series.role != nil && series.key.tensor == nil
      }
      let points = same.lazy.flatMap(\.samples).flatMap { [$0.low, $0.high] }
      let last = points.max { ($0.progress.batch ?? -1) < ($1.progress.batch ?? -1) }
      guard let last, let batch = last.progress.batch else { continue }
      findings = findings ?? []
      // Batches are counted from 0 or from 1.
      if Double(batch) <= count.value { continue }
      findings?.append(
        Finding(
          rule: Rule.contradiction.name, .warning, .likely, subjects: [count.name],
          "\(count.name) is \(count.value.shown()), yet a figure is of batch \(batch)",
          figures: [.init("printed", count.value), .init("last batch", Double(batch))],
          evidence: [count.place, last.place],
          unknown: "whether one counts what an update takes and the other what is loaded",
          remedy: "print the number of batches that were trained",
          proof: "it is the number of the last batch, counted from 1"))
    }
    return findings
  }

  private static func counts(_ run: RunRecord) -> [Count] {
    func isCount(_ name: String) -> Bool {
      let words = NameWords.split(name)
      return words.last == "batches" && !words.contains("max") && !words.contains("accumulate")
    }
    let settings = run.settings.compactMap { setting -> Count? in
      guard setting.origin == .record, isCount(setting.key), let value = setting.number else {
        return nil
      }
      return Count(name: setting.key, value: value, place: setting.place)
    }
    let series = run.series.compactMap { series -> Count? in
      guard series.key.tensor == nil, isCount(series.key.name), let top = series.highest else {
        return nil
      }
      return Count(name: series.key.name, value: top.value, place: top.place)
    }
    return settings + series
  }
}
