/// Settings from one source, flat: `optimizer.learning_rate` and its value, with the place.
package struct SettingsLayer: Sendable {
  struct Entry: Sendable {
    var key: String
    var value: SettingsValue
    var place: String
  }

  private(set) var entries: [Entry] = []

  /// Sections of scalars and of lists of scalars; an empty text sets nothing.
  /// - Parameter name: what errors call the text, the path of its file as a rule.
  package static func yaml(_ bytes: [UInt8], name: String) throws(SettingsError) -> SettingsLayer {
    var layer = SettingsLayer()
    let place = { (line: Int) in "\(name):\(line)" }
    guard let root = try YAMLReader(bytes, place: place).root() else { return layer }
    guard case .mapping(let members) = root.content else {
      throw .rootNotMapping(place: place(root.line))
    }
    try layer.add(members, under: "", place: place)
    return layer
  }

  /// Overrides like `optimizer.learning_rate=0.1`; of one key given twice the last counts.
  package static func assignments(_ texts: [String]) throws(SettingsError) -> SettingsLayer {
    var layer = SettingsLayer()
    for text in texts {
      guard let equals = text.firstIndex(of: "=") else { throw .badAssignment(text: text) }
      let key = String(text[..<equals])
      let parts = key.split(separator: ".", omittingEmptySubsequences: false)
      if !parts.allSatisfy({ isKey(String($0)) }) { throw .badAssignment(text: text) }
      let place = "--set \(key)"
      let value = try value(of: String(text[text.index(after: equals)...]), place: place)
      layer.entries.removeAll { $0.key == key }
      layer.entries.append(Entry(key: key, value: value, place: place))
    }
    return layer
  }

  private static func value(
    of text: String, place: String
  ) throws(SettingsError) -> SettingsValue {
    let root = try YAMLReader(Array(text.utf8)) { _ in place }.root()
    var value = SettingsValue.scalar(SettingsScalar(text: "", isPlain: true))
    if let root { value = try leaf(root, place: { _ in place }) }
    // A comment would take a part of the value away without a word.
    let marks = { (text: String) in text.count { $0 == "#" } }
    if marks(text) > value.scalars.reduce(0, { $0 + marks($1.text) }) {
      throw .malformed(place: place, problem: "a '#' starts a comment; quote the value")
    }
    return value
  }
}

extension SettingsLayer {
  private mutating func add(
    _ members: [(key: YAMLNode, value: YAMLNode)], under section: String, place: (Int) -> String
  ) throws(SettingsError) {
    for (key, value) in members {
      guard case .scalar(let name) = key.content else {
        throw .unsupported(place: place(key.line), what: "a list or a section as a key")
      }
      if !SettingsLayer.isKey(name.text) { throw .badKey(place: place(key.line), key: name.text) }
      let path = section.isEmpty ? name.text : section + "." + name.text
      if let first = firstPlace(of: path) {
        throw .duplicateKey(place: place(key.line), key: path, first: first)
      }
      if case .mapping(let inner) = value.content, !inner.isEmpty {
        try add(inner, under: path, place: place)
      } else {
        entries.append(
          Entry(
            key: path, value: try SettingsLayer.leaf(value, place: place), place: place(key.line)))
      }
    }
  }

  /// Where a key, or the first key of a section, stands.
  private func firstPlace(of path: String) -> String? {
    entries.first { $0.key == path || $0.key.hasPrefix(path + ".") }?.place
  }

  private static func leaf(
    _ node: YAMLNode, place: (Int) -> String
  ) throws(SettingsError) -> SettingsValue {
    switch node.content {
    case .scalar(let scalar): return .scalar(scalar)
    case .mapping(let members):
      if members.isEmpty { return .emptySection }
      throw .unsupported(place: place(node.line), what: "a section here")
    case .list(let nodes):
      var scalars: [SettingsScalar] = []
      for node in nodes {
        guard case .scalar(let scalar) = node.content else {
          throw .unsupported(place: place(node.line), what: "a list or a section in a list")
        }
        scalars.append(scalar)
      }
      return .list(scalars)
    }
  }

  private static func isKey(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}
