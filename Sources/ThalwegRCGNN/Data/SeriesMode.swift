/// Whether a table is prepared as the published system did, defects included, or soundly.
package enum SeriesMode: String, Sendable, CaseIterable {
  /// Blank rows stay, gaps are 0 before the statistics, windows of one split overlap the next.
  case published

  /// The blank tail is dropped, statistics see observed training entries, splits are apart.
  case `default`
}
