import ThalwegRecord

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// How a figure went over the whole record, free of the noise of single figures.
///
/// Figures that are all above 0 are looked at as logarithms: a loss that doubles has risen as much
/// at 0.01 as at 10.
struct Course {
  private static let widest = 101

  /// One for each kept sample: its mean.
  let values: [Double]
  /// Logarithms of the values where `isLogarithmic`, else the values.
  let levels: [Double]
  let isLogarithmic: Bool
  /// Running medians of the levels, `width` of them in each.
  let smooth: [Double]
  let width: Int
  /// The standard deviation of the noise of a level.
  let noise: Double
  private let samples: [Sample]

  /// nil: fewer than so many figures are kept.
  init?(_ series: Series, atLeast count: Int) {
    samples = series.samples
    if samples.count < max(count, 3) { return nil }
    values = samples.map(\.mean)
    isLogarithmic = (series.lowest?.value ?? 0) > 0
    levels = isLogarithmic ? values.map { log($0) } : values
    // A twentieth of the record, odd, so that the median is one of the figures.
    width = min(Course.widest, max(3, levels.count / 20 | 1))
    smooth = Robust.smoothed(levels, width: width)
    noise = Robust.noise(levels) ?? 0
  }

  /// The standard error of a median of so many levels.
  func error(_ count: Int) -> Double {
    Robust.medianError * noise / Double(max(count, 1)).squareRoot()
  }

  /// The level at the start: the median of the first figures, few, so that a fast fall stays out.
  var start: Double { Robust.median(levels.prefix(startCount)) }
  var startCount: Int { min(levels.count, max(3, levels.count / 50)) }
  /// The level at the end, over as many figures as a running median takes.
  var end: Double { Robust.median(levels.suffix(width)) }

  /// The index of the lowest running median.
  var bottom: Int { smooth.indices.min { smooth[$0] < smooth[$1] } ?? 0 }

  /// A level as the record's figures have it.
  func value(_ level: Double) -> Double { isLogarithmic ? exp(level) : level }

  func point(_ index: Int) -> Point { samples[index].low }
}
