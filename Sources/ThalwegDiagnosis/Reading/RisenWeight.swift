import ThalwegRecord

/// The weight of a part of the loss that is recorded beside it and rises with it, as the weight of
/// the divergence of a variational model does while it is annealed.
struct RisenWeight {
  /// Words of weights, also of those that name the loss whose weight they are.
  private static let marks: Set<String> = ["weight", "coef", "coeff", "coefficient"]
  private static let symbols: Set<String> = ["beta", "lambda", "annealing", "anneal"]
  /// Words that make another thing of it.
  private static let others: Set<String> = [
    "decay", "norm", "norms", "grad", "gradient", "lr", "change", "update", "total",
  ]
  /// Less is no annealing.
  private static let least = 1.1
  /// What a weighted part that is recorded must make of the rise.
  private static let share = 0.5
  /// A loss that rises by more is not explained by a weight alone.
  private static let mostTimes = 10.0

  let name: String
  let from: Point
  let to: Point

  /// nil: no weight rises while the loss rises from `bottom` to its end, or none explains it.
  init?(_ loss: Series, from bottom: Point, _ run: RunRecord) {
    for series in run.series where RisenWeight.isWeight(series) {
      let rows = Moments.rows([loss, series])
      guard let first = rows.first(where: { $0[0].place == bottom.place }),
        let last = rows.last, first[1].value >= 0,
        last[1].value > RisenWeight.least * first[1].value
      else { continue }
      let isSmall = first[0].value > 0 && last[0].value <= RisenWeight.mostTimes * first[0].value
      if !isSmall && !RisenWeight.isExplained(loss, by: series, from: bottom, run) { continue }
      name = series.key.name
      from = first[1]
      to = last[1]
      return
    }
    return nil
  }

  private static func isWeight(_ series: Series) -> Bool {
    if series.role != nil || series.key.tensor != nil { return false }
    let words = NameWords.split(series.key.name)
    if words.contains(where: others.contains) { return false }
    return words.contains(where: marks.contains)
      || (words.contains(where: symbols.contains) && !words.contains("loss"))
  }

  /// Whether some part times its weight rises by the better half of what the loss rises by.
  private static func isExplained(
    _ loss: Series, by weight: Series, from bottom: Point, _ run: RunRecord
  ) -> Bool {
    run.series.contains { part in
      guard part.key.tensor == nil, part.key.source == loss.key.source, part.key != weight.key,
        part.role == nil || part.role == .term
      else { return false }
      let rows = Moments.rows([loss, weight, part])
      guard let first = rows.first(where: { $0[0].place == bottom.place }), let last = rows.last
      else { return false }
      let rise = last[0].value - first[0].value
      let made = last[1].value * last[2].value - first[1].value * first[2].value
      return rise > 0 && made >= share * rise && made <= rise / share
    }
  }
}
