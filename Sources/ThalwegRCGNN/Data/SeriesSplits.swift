private import ThalwegTensor

/// The windows of the training, validation and test splits, each as a range of start rows.
package struct SeriesSplits: Sendable, Equatable {
  package let window: Int
  package let training: Range<Int>
  package let validation: Range<Int>
  package let test: Range<Int>

  /// The splits in the order of time.
  package var all: [Range<Int>] { [training, validation, test] }

  /// The windows of all splits together.
  package var windowCount: Int { all.reduce(0) { $0 + $1.count } }

  /// The rows that the windows with these start rows hold.
  package func rows(of starts: Range<Int>) -> Range<Int> {
    starts.lowerBound..<(starts.isEmpty ? starts.lowerBound : starts.upperBound + window - 1)
  }

  /// As published: n windows over all rows; floor(0.7 n) of them train, the next floor(0.15 n)
  /// validate and the rest test, so that windows on both sides of a boundary share T - 1 rows.
  static func published(rows: Int, window: Int) throws(SeriesError) -> SeriesSplits {
    let windows = try windowCount(rows: rows, window: window)
    // Below seven windows 15 % of them are none.
    if windows < 7 {
      throw .tooFewRowsForSplits(
        rows: rows, needed: window + 6, window: window, mode: .published)
    }
    let training = windows * 70 / 100
    let validation = windows * 15 / 100
    return SeriesSplits(
      window: window, training: 0..<training, validation: training..<training + validation,
      test: training + validation..<windows)
  }

  /// Soundly: three runs of rows with T - 1 unused rows between neighbours, so that no row is
  /// in two splits and no window of one split reaches the next.
  ///
  /// The gaps and the ends of the runs leave W = rows - 5 (T - 1) windows; the boundaries after
  /// 70 % and 85 % of them are each rounded to the nearest whole window, halves up, and every
  /// split keeps at least one.
  static func `default`(rows: Int, window: Int) throws(SeriesError) -> SeriesSplits {
    _ = try windowCount(rows: rows, window: window)
    let lost = window - 1
    let windows = rows - 5 * lost
    if windows < 3 {
      throw .tooFewRowsForSplits(
        rows: rows, needed: 5 * lost + 3, window: window, mode: .default)
    }
    let training = min((windows * 70 + 50) / 100, windows - 2)
    let first = min(max((windows * 85 + 50) / 100, training + 1), windows - 1)
    // From the last start row of one split to the first of the next: the rest of its window,
    // then the gap.
    let validationStart = training + 2 * lost
    let testStart = first + 4 * lost
    return SeriesSplits(
      window: window, training: 0..<training,
      validation: validationStart..<validationStart + first - training,
      test: testStart..<windows + 4 * lost)
  }

  private static func windowCount(rows: Int, window: Int) throws(SeriesError) -> Int {
    if window < 1 { mistake("series: a window of \(window) rows") }
    if rows < window { throw .tooFewRowsForWindow(rows: rows, window: window) }
    return rows - window + 1
  }
}
