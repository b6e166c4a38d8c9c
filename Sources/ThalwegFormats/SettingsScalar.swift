/// One scalar of YAML, read by the core schema of YAML 1.2: what it is depends on who asks.
struct SettingsScalar: Sendable, Equatable {
  var text: String
  /// Without quotes; quoted text is a string whatever it looks like.
  var isPlain: Bool

  /// What the scalar is called in an error.
  var found: String {
    if isNull { return "null" }
    if isPlain { return "'\(text)'" }
    let looksTyped = plain.number != nil || plain.bool != nil
    return "the string '\(text)'" + (looksTyped ? "; remove its quotes" : "")
  }

  var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }

  var bool: Bool? {
    if !isPlain { return nil }
    switch text {
    case "true": return true
    case "false": return false
    default: return nil
    }
  }

  var int: Int? {
    if !isPlain { return nil }
    return text.utf8.allSatisfy { $0 &- 48 < 10 || "+-".utf8.contains($0) } ? Int(text) : nil
  }

  /// A finite number.
  var number: Double? {
    if !isPlain { return nil }
    let bytes = Array(text.utf8)
    return DecimalText.parse(bytes, from: 0, to: bytes.count, comma: false)?.value
  }

  var string: String? { isNull ? nil : text }

  private var plain: SettingsScalar { SettingsScalar(text: text, isPlain: true) }
}
