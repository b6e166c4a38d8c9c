/// Location and scale that a few wild figures do not move.
enum Robust {
  /// Makes the median absolute deviation of normal noise its standard deviation.
  static let normal = 1.4826
  /// The standard error of a median of n normal figures is this times sigma / sqrt(n).
  static let medianError = 1.2533

  /// - Precondition: `values` is not empty.
  static func median(_ values: some Sequence<Double>) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    if sorted.count % 2 == 1 { return sorted[middle] }
    return sorted[middle - 1] / 2 + sorted[middle] / 2
  }

  /// The median absolute deviation from `center`, scaled to a standard deviation.
  static func deviation(_ values: some Sequence<Double>, from center: Double) -> Double {
    normal * median(values.map { abs($0 - center) })
  }

  /// The standard deviation of the noise on a course that changes slowly, from the differences of
  /// neighbours; nil where there are fewer than three figures.
  static func noise(_ values: [Double]) -> Double? {
    if values.count < 3 { return nil }
    let steps = zip(values.dropFirst(), values).map { $0 - $1 }
    return deviation(steps, from: median(steps)) / 2.0.squareRoot()
  }

  /// The smallest figure that at least a share of them do not exceed.
  static func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    let index = Int((share * Double(sorted.count)).rounded(.up)) - 1
    return sorted[min(max(index, 0), sorted.count - 1)]
  }

  /// The median of each figure with its neighbours; fewer of them at the ends.
  static func smoothed(_ values: [Double], width: Int) -> [Double] {
    let half = width / 2
    return values.indices.map { index in
      median(values[max(0, index - half)...min(values.count - 1, index + half)])
    }
  }
}
