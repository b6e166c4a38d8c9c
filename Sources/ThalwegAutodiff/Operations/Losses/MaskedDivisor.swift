/// What a masked sum of errors is divided by.
public enum MaskedDivisor: String, Sendable, CaseIterable {
  /// The number of observed entries: the mean over what was seen.
  case observed
  /// The number of all entries: a loss that shrinks with the share of gaps.
  case all
}
