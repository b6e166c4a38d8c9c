import ThalwegRecord

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Figures far above those before them.
///
/// Each figure is compared with the level of up to 128 before it, in units of their scaled median
/// absolute deviation from their trend: OLMo's mark of a spike, six standard deviations over a window
/// of 128 (allenai/OLMo-core, SkipStepOptimizer), made robust. While a spike lasts, the figures before
/// it stay the measure.
struct SpikeSearch {
  struct Event {
    /// The largest figure.
    var top: Point
    var onset: Point
    /// Where the figures before lay.
    var level: Double
    /// How many deviations the largest lies above, and how many make a spike here.
    var height: Double
    var limit: Double
    /// The largest over the level; for figures that may be below 0 the excess over the range of the
    /// course.
    var size: Double
    /// Figures until it is back.
    var length: Int
    var isBack: Bool
  }

  static let window = 128
  static let deviations = 6.0
  /// Figures before one that is judged; fewer in a short record.
  static let history = 64
  static let shortestHistory = 8
  static let fewest = 12
  /// Less than a quarter above what was before is no spike, however quiet it was before.
  private static let leastRatio = 1.25
  /// In logarithms: below one percent, rounding and trends are the deviation.
  private static let leastDeviation = 0.01

  let events: [Event]
  /// Whether the size of an event is a ratio.
  let isRatio: Bool
  let judged: Int

  init(_ series: Series) {
    let points = series.samples.map(\.high)
    isRatio = points.allSatisfy { $0.value > 0 }
    let levels = isRatio ? points.map { log($0.value) } : points.map(\.value)
    // What the course as a whole covers, wild figures apart.
    let smooth = Robust.smoothed(levels, width: 5)
    let range = (smooth.max() ?? 0) - (smooth.min() ?? 0)
    let least = isRatio ? log(SpikeSearch.leastRatio) : 0.1 * range
    let floor = isRatio ? SpikeSearch.leastDeviation : 1e-3 * range
    let needed = min(
      SpikeSearch.history, max(SpikeSearch.shortestHistory, points.count / 10))

    var found: [Event] = []
    var before: [Double] = []
    var index = 0
    while index < points.count {
      defer { index += 1 }
      if before.count >= needed && levels[index] - Trend.recent(before) > least {
        let past = Trend(before)
        let level = past.level
        let deviation = max(past.deviation, floor)
        // A deviation of few figures is itself uncertain.
        let limit = SpikeSearch.deviations * (1 + 8 / Double(before.count))
        let excess = levels[index] - level
        if excess > limit * deviation && excess > least {
          let end = SpikeSearch.end(
            levels, from: index, below: level + max(limit * deviation, least) / 2,
            within: SpikeSearch.window / 2)
          let top = levels[index..<end].indices.max { levels[$0] < levels[$1] } ?? index
          found.append(
            Event(
              top: points[top], onset: points[index], level: isRatio ? exp(level) : level,
              height: (levels[top] - level) / deviation, limit: limit,
              size: isRatio ? exp(levels[top] - level) : (levels[top] - level) / max(range, floor),
              length: end - index,
              isBack: end < levels.count && end - index < SpikeSearch.window / 2))
          // Who does not come back has a new level, from which the next are judged.
          if end - index >= SpikeSearch.window / 2 { before = Array(levels[index..<end]) }
          index = end - 1
          continue
        }
      }
      before.append(levels[index])
      if before.count > SpikeSearch.window { before.removeFirst() }
    }
    events = found
    judged = max(0, points.count - needed)
  }

  private static func end(
    _ levels: [Double], from start: Int, below limit: Double, within count: Int
  ) -> Int {
    var end = start + 1
    while end < levels.count && end - start < count && levels[end] > limit { end += 1 }
    return end
  }
}
