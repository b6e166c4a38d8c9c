/// Where a course lies and how much it scatters, found from its last figures.
struct Trend {
  /// What the next figure is expected not to exceed but for scatter: the median of the latest
  /// figures, or the line through all where that rises. A falling line is not followed: a course
  /// that flattens would seem to rise.
  let level: Double
  /// The scaled median absolute deviation from the line.
  let deviation: Double

  /// - Precondition: `figures` has at least two.
  init(_ figures: [Double]) {
    let half = figures.count / 2
    let early = Robust.median(figures.prefix(half))
    let late = Robust.median(figures.suffix(half))
    let slope = (late - early) / Double(figures.count - half)
    let middle = Double(figures.count - 1) / 2
    let rest = figures.enumerated().map { $1 - slope * (Double($0) - middle) }
    let center = Robust.median(rest)
    deviation = Robust.deviation(rest, from: center)
    let recent = Trend.recent(figures)
    let line = center + slope * (Double(figures.count) - middle)
    level = slope > 0 ? max(recent, line) : recent
  }

  /// The median of the latest quarter; no level lies below it.
  static func recent(_ figures: [Double]) -> Double {
    Robust.median(figures.suffix(max(4, figures.count / 4)))
  }
}
