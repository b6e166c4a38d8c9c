/// Windows of a series, named by their start rows, over memory that somebody else keeps.
package struct WindowBatch {
  /// The rows at which the windows start.
  private let starts: UnsafeBufferPointer<Int32>
  /// What is added to each start: the first row of the split.
  private let offset: Int
  private let series: SeriesMemory

  package init(_ starts: UnsafeBufferPointer<Int32>, offset: Int, of series: SeriesMemory) {
    self.starts = starts
    self.offset = offset
    self.series = series
  }

  /// The number of windows.
  package var count: Int { starts.count }

  /// T, the rows of one window.
  package var length: Int { series.window }

  /// The numbers from one row of a window on, gaps filled; rows follow one another.
  package func values(window: Int, row: Int) -> UnsafePointer<Float> {
    UnsafePointer(series.values + place(window, row))
  }

  /// As `values`: 1 where observed, 0 where filled in.
  package func mask(window: Int, row: Int) -> UnsafePointer<Float> {
    UnsafePointer(series.mask + place(window, row))
  }

  private func place(_ window: Int, _ row: Int) -> Int {
    (offset + Int(starts[window]) + row) * series.variables
  }
}
