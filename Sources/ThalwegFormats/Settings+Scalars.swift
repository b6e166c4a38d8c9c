extension Settings {
  /// A finite number.
  package func double(
    _ key: String, in range: ClosedRange<Double>? = nil, default fallback: Double? = nil
  ) throws(SettingsError) -> Double {
    let value = try read(
      key, expected: "a number", fallback: fallback, { $0.scalar?.number }, spell: \.description)
    try check(value, key, range)
    return value
  }

  /// A finite number, or nil for `null`.
  package func optionalDouble(
    _ key: String, in range: ClosedRange<Double>? = nil, default fallback: Double? = nil
  ) throws(SettingsError) -> Double? {
    let value = try optional(
      key, expected: "a number or null", fallback: fallback, \.number, spell: \.description)
    try check(value, key, range)
    return value
  }

  package func int(
    _ key: String, in range: ClosedRange<Int>? = nil, default fallback: Int? = nil
  ) throws(SettingsError) -> Int {
    let value = try read(
      key, expected: "a whole number", fallback: fallback, { $0.scalar?.int },
      spell: \.description)
    try check(value, key, range)
    return value
  }

  /// A whole number, or nil for `null`.
  package func optionalInt(
    _ key: String, in range: ClosedRange<Int>? = nil, default fallback: Int? = nil
  ) throws(SettingsError) -> Int? {
    let value = try optional(
      key, expected: "a whole number or null", fallback: fallback, \.int, spell: \.description)
    try check(value, key, range)
    return value
  }

  package func bool(_ key: String, default fallback: Bool? = nil) throws(SettingsError) -> Bool {
    try read(
      key, expected: "true or false", fallback: fallback, { $0.scalar?.bool }, spell: \.description)
  }

  /// - Parameter allowed: the words that may stand here; any text where it is nil.
  package func string(
    _ key: String, oneOf allowed: [String]? = nil, default fallback: String? = nil
  ) throws(SettingsError) -> String {
    let value = try read(
      key, expected: "a string", fallback: fallback, { $0.scalar?.string },
      spell: SettingsText.spell)
    try check(value, key, oneOf: allowed)
    return value
  }

  /// A text, or nil for `null`.
  package func optionalString(
    _ key: String, oneOf allowed: [String]? = nil, default fallback: String? = nil
  ) throws(SettingsError) -> String? {
    let value = try optional(
      key, expected: "a string or null", fallback: fallback, \.string, spell: SettingsText.spell)
    if let value { try check(value, key, oneOf: allowed) }
    return value
  }

  private func optional<Value>(
    _ key: String, expected: String, fallback: Value?,
    _ convert: (SettingsScalar) -> Value?, spell: (Value) -> String
  ) throws(SettingsError) -> Value? {
    try read(
      key, expected: expected, fallback: Value??.some(fallback),
      { value in
        guard let scalar = value.scalar else { return nil }
        return scalar.isNull ? .some(nil) : convert(scalar).map { .some($0) }
      },
      spell: { $0.map(spell) ?? "null" })
  }
}

extension Settings {
  func check<Value: Comparable>(
    _ value: Value?, _ key: String, _ range: ClosedRange<Value>?
  ) throws(SettingsError) {
    guard let value, let range, !range.contains(value) else { return }
    throw .outOfRange(
      place: place(of: key), key: key, range: Settings.words(for: range), found: "\(value)")
  }

  func check(
    _ value: String, _ key: String, oneOf allowed: [String]?
  ) throws(SettingsError) {
    guard let allowed, !allowed.contains(value) else { return }
    throw .notOneOf(
      place: place(of: key), key: key, found: value, allowed: allowed,
      nearest: Spelling.nearest(value, in: allowed))
  }

  /// The range as one says it: the ends of the type are no bounds.
  private static func words<Value>(for range: ClosedRange<Value>) -> String {
    let (low, high) = ("\(range.lowerBound)", "\(range.upperBound)")
    let lowest = ["-inf", "\(-Double.greatestFiniteMagnitude)", "\(Int.min)"]
    let highest = ["inf", "\(Double.greatestFiniteMagnitude)", "\(Int.max)"]
    let above = low == "\(Double.leastNonzeroMagnitude)" ? "above 0" : "at least \(low)"
    if highest.contains(high) { return above }
    if lowest.contains(low) { return "at most \(high)" }
    return above.hasPrefix("above") ? "above 0 and at most \(high)" : "within \(low) to \(high)"
  }
}

extension SettingsValue {
  fileprivate var scalar: SettingsScalar? {
    if case .scalar(let scalar) = self { scalar } else { nil }
  }
}
