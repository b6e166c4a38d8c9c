/// One figure as it was recorded.
package struct Point: Sendable, Equatable {
  /// The number as written, a percentage divided by 100; NaN and infinities are kept.
  package var value: Double
  package var progress: Progress
  package var place: Place

  package init(_ value: Double, _ progress: Progress, _ place: Place) {
    self.value = value
    self.progress = progress
    self.place = place
  }
}

/// Consecutive finite figures of a series: one, or several of a long series in which only the
/// extremes are kept.
package struct Sample: Sendable, Equatable {
  /// The smallest and the largest; the same point where `count` is 1.
  package var low: Point
  package var high: Point
  package var mean: Double
  package var count: Int

  package init(_ point: Point) {
    low = point
    high = point
    mean = point.value
    count = 1
  }

  /// Two neighbours as one.
  package func joined(_ next: Sample) -> Sample {
    var whole = self
    whole.count += next.count
    // Divided before they are added, so that the mean of finite numbers stays finite.
    let share = Double(next.count) / Double(whole.count)
    whole.mean = mean * (1 - share) + next.mean * share
    if next.low.value < low.value { whole.low = next.low }
    if next.high.value > high.value { whole.high = next.high }
    return whole
  }
}
