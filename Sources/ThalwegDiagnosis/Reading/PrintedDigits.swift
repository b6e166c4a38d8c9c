import ThalwegRecord

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// How finely the figures of some series are written: a figure of four decimals stands for all
/// numbers within half a unit of the fourth.
struct PrintedDigits {
  /// Figures looked at; a format does not change within a file.
  private static let sampleLimit = 2000
  /// Doubles and floats as programs write them in full have more digits than a format gives.
  static let longestFormat = 10

  private(set) var decimals = 0
  private(set) var significant = 0

  /// nil: no figure but 0, which says nothing of digits.
  init?(_ series: [Series]) {
    for one in series {
      for sample in one.samples.prefix(PrintedDigits.sampleLimit) {
        for value in [sample.low.value, sample.high.value] where value != 0 {
          let digits = DecimalDigits(value)
          decimals = max(decimals, digits.decimals)
          significant = max(significant, digits.digits.count)
        }
      }
    }
    if significant == 0 { return nil }
  }

  /// Half a unit of the last digit, be the format one of decimals or of significant digits.
  func halfUnit(of value: Double) -> Double {
    let fixed = 0.5 * pow(10, -Double(decimals))
    if value == 0 { return fixed }
    return max(fixed, 0.5 * pow(10, floor(log10(abs(value))) + 1 - Double(significant)))
  }

  /// Whether figures were rounded to a number of decimals that a person chose.
  var isRounded: Bool {
    decimals <= PrintedDigits.longestFormat && significant <= PrintedDigits.longestFormat
  }

  /// 0 as the file writes it where its figures have a fixed number of decimals.
  var zero: String {
    isRounded && decimals > 0 ? "0." + String(repeating: "0", count: decimals) : "0"
  }
}

extension Series {
  /// Half a unit of the last printed digit of a figure of this series.
  func halfUnits(of values: [Double]) -> [Double] {
    let digits = PrintedDigits([self])
    return values.map { digits?.halfUnit(of: $0) ?? 0 }
  }
}
