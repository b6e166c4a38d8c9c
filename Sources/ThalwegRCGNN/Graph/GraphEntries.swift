/// Which entries of an adjacency matrix a comparison looks at.
package enum GraphEntries: Sendable, CaseIterable {
  /// All d * d, self-edges included.
  case all

  /// The d * (d - 1) between different variables.
  case offDiagonal

  /// The row-major indices of a `[size, size]` matrix.
  func indices(size: Int) -> [Int] {
    (0..<size * size).filter { self == .all || $0 / size != $0 % size }
  }
}
