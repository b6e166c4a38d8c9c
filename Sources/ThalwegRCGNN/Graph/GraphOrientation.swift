/// What a 1 in row i, column j of an adjacency file means.
package enum GraphOrientation: String, Sendable, CaseIterable {
  /// i causes j.
  case rowCausesColumn = "row_causes_column"

  /// j causes i.
  case rowCausedByColumn = "row_caused_by_column"
}
