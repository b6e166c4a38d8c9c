import ThalwegRecord

/// What the record says of the learning rate.
enum Rates {
  /// A rate below this share of its largest no longer changes much.
  static let decayed = 0.1

  /// The course of the run's rate; of several groups the one that is recorded most.
  static func course(_ run: RunRecord) -> Series? { run.ranked(.learningRate).first }

  /// Whether the rate has decayed to about 0 at the end; nil: not recorded.
  static func isDecayed(_ run: RunRecord) -> Bool? {
    guard let course = course(run), let last = course.samples.last, let top = course.highest else {
      return nil
    }
    return last.low.value <= decayed * top.value && top.value > 0
  }

  /// Where the rate ends, in words.
  static func end(_ run: RunRecord) -> String {
    guard let course = course(run), let last = course.samples.last?.low.value,
      let top = course.highest?.value
    else { return "the rate is not recorded" }
    if last >= top || top <= 0 { return "the rate has not decayed" }
    return "the rate ends at \(last.shown()), \((last / top).percent) of its largest"
  }

  /// Where the rate rises to over `factor` times what it was one figure before.
  static func jumps(_ course: Series, over factor: Double) -> [(from: Point, to: Point)] {
    guard let points = course.points else { return [] }
    return zip(points, points.dropFirst()).compactMap { before, after in
      before.value > 0 && after.value > factor * before.value ? (before, after) : nil
    }
  }
}
