/// The settings of a run: layers over one another, read key by key with the type that is needed.
///
/// What is read is remembered with its value, so that `finish` can refuse keys that nobody asked
/// for and `resolved` can say what the run went by, defaults included.
package final class Settings {
  private let layers: [SettingsLayer]
  private var effective: [String: SettingsLayer.Entry] = [:]
  private var text = SettingsText()

  /// - Parameter layers: a later one overrides an earlier one key by key; a list replaces a list.
  package init(layers: [SettingsLayer]) throws(SettingsError) {
    self.layers = layers
    for layer in layers {
      for entry in layer.entries { effective[entry.key] = entry }
    }
  }

  /// Where a key was set, to be named in an error; `default` where it was not.
  package func place(of key: String) -> String { effective[key]?.place ?? "default" }

  /// Whether a layer sets the key; this does not count as asking for it.
  package func isSet(_ key: String) -> Bool { effective[key] != nil }

  /// All keys that were asked for, in that order, with the values that were given out.
  package var resolved: String { text.yaml }

  /// Refuses the first key of a layer that nobody asked for.
  package func finish() throws(SettingsError) {
    for layer in layers {
      for entry in layer.entries where !text.contains(entry.key) {
        let isSection = text.keys.contains { $0.hasPrefix(entry.key + ".") }
        if !isSection {
          throw .unknownKey(place: entry.place, key: entry.key, nearest: nearest(to: entry.key))
        }
        // A section whose keys are all commented out reads as null.
        if entry.value == .emptySection { continue }
        if case .scalar(let scalar) = entry.value, scalar.isNull { continue }
        throw .wrongType(
          place: entry.place, key: entry.key, expected: "a section", found: entry.value.found)
      }
    }
  }

  /// Nearest by spelling, else the only key of that name in another section.
  private func nearest(to key: String) -> String? {
    if let key = Spelling.nearest(key, in: text.keys) { return key }
    let leaf = key.split(separator: ".").last
    let namesakes = text.keys.filter { $0.split(separator: ".").last == leaf }
    return namesakes.count == 1 ? namesakes.first : nil
  }
}

extension Settings {
  /// The value of a key by `convert`, or `fallback` where no layer sets it.
  /// - Parameters:
  ///   - expected: the type's name in an error.
  ///   - convert: nil where the value is of another type.
  ///   - spell: the value in YAML.
  func read<Value>(
    _ key: String, expected: String, fallback: Value?,
    _ convert: (SettingsValue) -> Value?, spell: (Value) -> String
  ) throws(SettingsError) -> Value {
    guard let entry = effective[key] else {
      // A dictionary keeps no order; the layers do.
      for layer in layers {
        for entry in layer.entries where entry.key.hasPrefix(key + ".") {
          throw .wrongType(
            place: entry.place, key: key, expected: expected, found: "a section")
        }
      }
      guard let fallback else { throw .missing(key: key) }
      text.add(key, spell(fallback))
      return fallback
    }
    guard let value = convert(entry.value) else {
      throw .wrongType(
        place: entry.place, key: key, expected: expected, found: entry.value.found)
    }
    text.add(key, spell(value))
    return value
  }
}
