extension Settings {
  /// - Parameter allowed: the words that may stand in the list; any text where it is nil.
  package func strings(
    _ key: String, oneOf allowed: [String]? = nil, default fallback: [String]? = nil
  ) throws(SettingsError) -> [String] {
    let values = try list(
      key, expected: "a list of strings", fallback: fallback, \.string, spell: SettingsText.spell)
    for value in values { try check(value, key, oneOf: allowed) }
    return values
  }

  /// - Parameter range: where each number must lie.
  package func ints(
    _ key: String, in range: ClosedRange<Int>? = nil, default fallback: [Int]? = nil
  ) throws(SettingsError) -> [Int] {
    let values = try list(
      key, expected: "a list of whole numbers", fallback: fallback, \.int, spell: \.description)
    for value in values { try check(value, key, range) }
    return values
  }

  /// - Parameter range: where each number must lie.
  package func doubles(
    _ key: String, in range: ClosedRange<Double>? = nil, default fallback: [Double]? = nil
  ) throws(SettingsError) -> [Double] {
    let values = try list(
      key, expected: "a list of numbers", fallback: fallback, \.number, spell: \.description)
    for value in values { try check(value, key, range) }
    return values
  }

  private func list<Value>(
    _ key: String, expected: String, fallback: [Value]?,
    _ convert: (SettingsScalar) -> Value?, spell: (Value) -> String
  ) throws(SettingsError) -> [Value] {
    var culprit: SettingsScalar?
    do throws(SettingsError) {
      return try read(
        key, expected: expected, fallback: fallback,
        { value in
          guard case .list(let scalars) = value else { return nil }
          var values: [Value] = []
          for scalar in scalars {
            guard let value = convert(scalar) else {
              culprit = scalar
              return nil
            }
            values.append(value)
          }
          return values
        },
        spell: { "[" + $0.map(spell).joined(separator: ", ") + "]" })
    } catch {
      // The element says more than "a list".
      guard let culprit, case .wrongType(let place, _, _, _) = error else { throw error }
      throw .wrongType(
        place: place, key: key, expected: expected, found: culprit.found + " in it")
    }
  }
}
