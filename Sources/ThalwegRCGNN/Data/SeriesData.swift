private import ThalwegTensor

/// A series ready for training: numbers without gaps, the mask of what was observed, and the
/// windows of each split.
package struct SeriesData: Sendable, Equatable {
  /// The columns' names.
  package let names: [String]

  /// Row-major `[rowCount, names.count]`, gaps filled. Row r is row r of the table.
  package let values: [Float]

  /// Of the same shape; 1 where the value was observed, 0 where it was filled in.
  package let mask: [Float]

  /// The start rows of each split's windows.
  package let splits: SeriesSplits

  /// What was subtracted from each column; zeros without standardization.
  package let means: [Double]

  /// What each column was then divided by; ones without standardization.
  package let stds: [Double]

  package let report: SeriesReport

  package var rowCount: Int { values.count / names.count }

  /// T, the rows of one window.
  package var window: Int { splits.window }

  /// Copies the windows that start at the rows `starts`, in that order, without allocating.
  /// - Parameters:
  ///   - values: room for `[starts.count, window, names.count]`.
  ///   - mask: as much room.
  package func copyWindows(
    starts: UnsafeBufferPointer<Int32>, into values: UnsafeMutablePointer<Float>,
    mask: UnsafeMutablePointer<Float>
  ) {
    let length = window * names.count
    SeriesData.copy(self.values, starts, width: names.count, length: length, into: values)
    SeriesData.copy(self.mask, starts, width: names.count, length: length, into: mask)
  }

  private static func copy(
    _ rows: [Float], _ starts: UnsafeBufferPointer<Int32>, width: Int, length: Int,
    into room: UnsafeMutablePointer<Float>
  ) {
    rows.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { return }
      for (place, start) in starts.enumerated() {
        let first = Int(start) * width
        if first < 0 || first + length > rows.count {
          mistake("windows: no window of \(length / width) rows starts at row \(start)")
        }
        (room + place * length).update(from: base + first, count: length)
      }
    }
  }
}
