import ThalwegRecord

/// How many norms of a series lie above the threshold.
struct ClipCount {
  /// Of a count that is computed from a mean.
  private static let rounding = 1e-6

  /// Above whatever threshold applies, and above some threshold. They differ where several
  /// thresholds are said, and where only the extremes of neighbours are kept.
  private(set) var atLeast = 0
  private(set) var atMost = 0
  private(set) var count = 0
  /// Whether the norms end at the threshold, so that they were taken after clipping.
  private(set) var isAfterClip = false

  var lowestShare: Double { Double(atLeast) / Double(max(count, 1)) }
  var highestShare: Double { Double(atMost) / Double(max(count, 1)) }

  init(_ norms: Series, _ thresholds: ClipThresholds, _ part: RecordPart = .whole) {
    if let course = thresholds.course {
      for row in part.of(Moments.rows([norms, course])) {
        add(ClipCount.bounds(Sample(row[0]), above: row[1].value...row[1].value))
      }
      return
    }
    let (low, high) = (thresholds.lowest.value, thresholds.highest.value)
    let slack = 1 + ClipThresholds.tolerance
    // A norm that never exceeds the threshold but often equals it is the norm after clipping: it
    // was clipped where the two are equal.
    if norms.role != .normBeforeClip, low == high, let top = norms.highest?.value,
      top <= high * slack, top >= high / slack
    {
      isAfterClip = true
      for sample in part.of(norms.samples) {
        let edge = high / slack
        add(ClipCount.bounds(sample, above: edge...edge))
      }
      return
    }
    for sample in part.of(norms.samples) { add(ClipCount.bounds(sample, above: low...high)) }
  }

  private mutating func add(_ more: (atLeast: Int, atMost: Int, count: Int)) {
    atLeast += more.atLeast
    atMost += more.atMost
    count += more.count
  }

  private static func bounds(
    _ sample: Sample, above limits: ClosedRange<Double>
  ) -> (atLeast: Int, atMost: Int, count: Int) {
    let count = sample.count
    let (low, high) = (sample.low.value, sample.high.value)
    if low > limits.upperBound { return (count, count, count) }
    if high <= limits.lowerBound { return (0, 0, count) }
    // Of the others it is known that they lie between the extremes, and what their mean is: k above
    // the limit make at most k high + (n - k) limit, and at least k limit + (n - k) low.
    let whole = Double(count)
    var (surely, perhaps) = (0, count)
    if high > limits.upperBound {
      let share = (sample.mean - limits.upperBound) / (high - limits.upperBound)
      surely = max(1, Int(clamping: (whole * share - rounding).rounded(.up)))
    }
    if low <= limits.lowerBound {
      let share = (sample.mean - low) / max(limits.lowerBound - low, .leastNormalMagnitude)
      perhaps = min(count - 1, Int(clamping: min(whole * share + rounding, whole)))
    }
    return (min(surely, count), max(perhaps, surely), count)
  }
}
