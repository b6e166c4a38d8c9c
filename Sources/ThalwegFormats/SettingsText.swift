private import ThalwegTensor

/// Keys and values in the order they were asked for, spelled as YAML that reads back the same.
struct SettingsText {
  private(set) var keys: [String] = []
  private var values: [String: String] = [:]

  func contains(_ key: String) -> Bool { values[key] != nil }

  /// - Parameter value: spelled in YAML. A key that is asked for again keeps its first value.
  mutating func add(_ key: String, _ value: String) {
    if contains(key) { return }
    if let other = keys.first(where: { $0.hasPrefix(key + ".") || key.hasPrefix($0 + ".") }) {
      mistake("settings: '\(key)' and '\(other)' cannot both hold a value")
    }
    keys.append(key)
    values[key] = value
  }

  /// The sections in the order of their first key.
  var yaml: String {
    write(keys.map { ($0.split(separator: "."), $0) }, depth: 0)
  }

  private func write(_ members: [(path: [Substring], key: String)], depth: Int) -> String {
    var names: [Substring] = []
    for member in members {
      if let name = member.path.first, !names.contains(name) { names.append(name) }
    }
    let indent = String(repeating: "  ", count: depth)
    var text = ""
    for name in names {
      let own = members.filter { $0.path.first == name }
      if own.count == 1, own[0].path.count == 1, let value = values[own[0].key] {
        text += "\(indent)\(name): \(value)\n"
      } else {
        let inner = own.map { (path: Array($0.path.dropFirst()), key: $0.key) }
        text += "\(indent)\(name):\n" + write(inner, depth: depth + 1)
      }
    }
    return text
  }

  /// A text in YAML: plain where it is a simple word, else in double quotes with escapes.
  static func spell(_ text: String) -> String {
    let typed = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    let isWord =
      text.utf8.allSatisfy(isWordByte) && text.first.map { $0.isLetter } == true
      && !typed.contains(text.lowercased())
    if isWord { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case " "..."~": quoted.unicodeScalars.append(scalar)
      case let letter where letter.properties.isAlphabetic:
        quoted.unicodeScalars.append(letter)
      default:
        // YAML folds or refuses many of the others; an escape is always taken.
        let digits = String(scalar.value, radix: 16)
        quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return quoted + "\""
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "/"):
      true
    default: false
    }
  }
}
