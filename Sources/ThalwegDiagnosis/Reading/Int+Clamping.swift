extension Int {
  /// The whole part, held within Int; NaN is the largest.
  init(clamping number: Double) {
    self = Int(exactly: number.rounded(.towardZero)) ?? (number < 0 ? .min : .max)
  }
}
