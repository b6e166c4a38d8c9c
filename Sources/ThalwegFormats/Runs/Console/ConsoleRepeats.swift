/// Pieces of the same names, one after the other, before any of them is known for a figure.
struct ConsoleRepeats {
  /// So many of them are no head, and so many where each says how far something is.
  private static let limit = 100
  private static let countedLimit = 3

  private(set) var entries: [Int] = []
  private var values: [Double] = []
  private var count = 0

  /// Whether the piece is one too many to be settings.
  mutating func take(_ items: [ConsoleItem], isCounted: Bool) -> Bool {
    var (found, numbers): ([Int], [Double]) = ([], [])
    var isFraction = false
    for item in items {
      guard let entry = item.entry, item.value.kind == .number else { continue }
      // Whole numbers that change are often shapes and sizes.
      let isOther =
        found.count < values.count && values[found.count] != item.value.value
        && !item.value.isWhole
      if isOther { isFraction = true }
      found.append(entry)
      numbers.append(item.value.value)
    }
    if found.isEmpty { return false }
    if found != entries {
      count = 0
    } else if isFraction {
      count += 1
    }
    (entries, values) = (found, numbers)
    return count >= (isCounted ? ConsoleRepeats.countedLimit : ConsoleRepeats.limit)
  }
}
