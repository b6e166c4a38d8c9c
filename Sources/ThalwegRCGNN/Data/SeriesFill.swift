/// What stands in a gap of a column in the default mode.
package enum SeriesFill: String, Sendable, CaseIterable {
  /// The column's training mean, which standardization makes 0.
  case zero

  /// The last value observed before the gap, which never looks ahead; the training mean before
  /// the first observation.
  case hold
}
