/// How a table becomes training data; keys of the section `data`.
package struct SeriesConfiguration: Sendable, Equatable {
  package var mode: SeriesMode

  /// T, the rows of one window.
  package var window: Int

  /// Whether columns are brought to mean 0 and standard deviation 1.
  package var standardize: Bool

  /// What stands in a gap; the published mode knows only `zero`.
  package var fill: SeriesFill

  /// Windows of one batch; only counts depend on it.
  package var batchSize: Int

  package init(
    mode: SeriesMode = .default, window: Int = 24, standardize: Bool = true,
    fill: SeriesFill = .zero, batchSize: Int = 8
  ) {
    self.mode = mode
    self.window = window
    self.standardize = standardize
    self.fill = fill
    self.batchSize = batchSize
  }
}
