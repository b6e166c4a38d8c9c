import ThalwegRecord

extension Rule {
  package static let deadKey = Rule(
    name: "dead_key", summary: "a key of the configuration is read by nothing, or changes nothing",
    needs: "the keys that are read (about_code.read_keys)", severities: .info ... .warning,
    judge: KeyRules.dead)

  package static let stringNumber = Rule(
    name: "string_number", summary: "a number is a string to the reader of YAML 1.1, as 5e-3 is",
    needs: "a configuration", severities: .warning ... .warning, judge: KeyRules.strings)
}

enum KeyRules {
  private static let findingLimit = 50

  static func dead(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    guard let training = configured.told, configured.facts.readKeys != nil else {
      return .cannotTell("the keys that the code reads (about_code.read_keys)")
    }
    let section = configured.facts.section ?? training.section
    let own = training.settings.filter {
      $0.origin == .configuration && $0.path.starts(with: section)
    }
    var findings: [Finding] = []
    let dead = own.filter(training.isUnread)
    if !dead.isEmpty {
      let names = unique(dead.map(\.key))
      findings.append(
        Finding(
          rule: "dead_key", .warning, .established, subjects: names,
          "\(ConfigurationText.count(names.count, "key")) of \(training.name) "
            + "\(names.count == 1 ? "is" : "are") read by nothing: "
            + "\(ConfigurationText.listed(names, most: 12)); changing them changes nothing",
          figures: [.init("dead_keys", Double(names.count))], evidence: dead.map(\.place),
          remedy: "remove them, or read them",
          proof: "the effective configuration stays the same when they change"))
    }
    for entry in configured.facts.ineffective {
      guard let setting = own.last(where: { $0.key == entry.key }) else { continue }
      findings.append(
        Finding(
          rule: "dead_key", .info, .established, subjects: [entry.key],
          "\(entry.key) is read and changes nothing: \(entry.why)",
          figures: [.init("dead_keys", 0)],
          evidence: [setting.place]))
    }
    return findings.isEmpty ? .quiet : .found(findings)
  }

  static func strings(_ run: RunRecord) -> Rule.Judgement {
    let settings = ConfiguredRun(run).settings.filter { $0.origin == .configuration }
    if settings.isEmpty { return .cannotTell("a configuration") }
    var findings = settings.compactMap { setting -> Finding? in
      guard let text = numberText(setting), let number = Double(text) else { return nil }
      let isPlain = !setting.text.contains("\"") && !setting.text.contains("'")
      let why =
        isPlain
        ? "to a reader of YAML 1.1, as PyYAML is, which wants a point and a signed exponent"
        : "because of its quotes"
      return Finding(
        rule: "string_number", .warning, .established, subjects: [setting.name],
        "\(setting.name) is the text '\(text)' and not the number "
          + "\(ConfigurationText.short(number)) \(why)",
        figures: [.init("number", number)], evidence: [setting.place],
        unknown: "whether the code turns it into a number",
        remedy: isPlain ? "write \(pointed(text))" : "remove the quotes",
        proof: "the type of the value that the code has")
    }
    let more = findings.count - findingLimit
    if more > 0 {
      let places = findings.dropFirst(findingLimit).prefix(findingLimit).flatMap(\.evidence)
      findings.removeLast(more)
      findings.append(
        Finding(
          rule: "string_number", .warning, .established,
          "\(more) further settings are texts that look like numbers",
          figures: [.init("settings", Double(more))], evidence: places))
    }
    return findings.isEmpty ? .quiet : .found(findings)
  }

  /// The text that should be a number: any without quotes, a quoted one where the key wants one.
  private static func numberText(_ setting: Setting) -> String? {
    switch setting.value {
    case .text(let text):
      if !isNumber(text) { return nil }
      if setting.text == text { return text }
      let meaning = SettingMeaning.of(setting)
      return meaning == nil || meaning == .schedule || meaning == .optimizer ? nil : text
    case .list(let values):
      if setting.text.contains("\"") || setting.text.contains("'") { return nil }
      for case .text(let text) in values where isNumber(text) { return text }
      return nil
    case .number, .bool, .null: return nil
    }
  }

  private static func isNumber(_ text: String) -> Bool {
    guard let first = text.utf8.first, first &- 48 < 10 || "+-.".utf8.contains(first) else {
      return false
    }
    let isSpelled = text.utf8.allSatisfy { $0 &- 48 < 10 || "+-.eE".utf8.contains($0) }
    return isSpelled && Double(text).map(\.isFinite) ?? false
  }

  /// The number with the point and the sign that YAML 1.1 wants.
  private static func pointed(_ text: String) -> String {
    var parts = text.lowercased().split(separator: "e", maxSplits: 1).map(String.init)
    if !parts[0].contains(".") { parts[0] += ".0" }
    if parts[0].hasPrefix("-.") || parts[0].hasPrefix("+.") {
      parts[0].insert("0", at: parts[0].index(after: parts[0].startIndex))
    }
    if parts.count > 1 && !parts[1].hasPrefix("-") && !parts[1].hasPrefix("+") {
      parts[1] = "+" + parts[1]
    }
    return parts.joined(separator: "e")
  }

  static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
