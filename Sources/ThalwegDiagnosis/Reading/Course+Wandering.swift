extension Course {
  /// A rise is one of its own where it is over this many times what came back before it.
  private static let ratio = 2.0

  /// Whether the way from a level to the end is no more than the course went up and down again
  /// anyway, as figures do that hang on the ones before them: neighbours alone show no such noise.
  func hasWandered(asMuchAs level: Double) -> Bool {
    let rise = end - level
    // Half of each, so that nothing overflows.
    let middle = level / 2 + end / 2
    let before = smooth.prefix((smooth.lastIndex { $0 <= middle } ?? 0) + 1)
    return rise <= max(Course.ratio * Course.hump(Array(before)), Course.hump(smooth))
  }

  /// The highest rise that was given back.
  private static func hump(_ levels: [Double]) -> Double {
    var later = levels
    for index in levels.indices.dropLast().reversed() {
      later[index] = min(later[index], later[index + 1])
    }
    var lowest = Double.infinity
    var highest = 0.0
    for (level, after) in zip(levels, later) {
      lowest = min(lowest, level)
      highest = max(highest, min(level - lowest, level - after))
    }
    return highest
  }
}
