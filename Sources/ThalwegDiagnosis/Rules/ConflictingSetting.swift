import ThalwegRecord

extension Rule {
  package static let conflictingSetting = Rule(
    name: "conflicting_setting",
    summary: "one setting has two values, in two files or in what is stated",
    needs: "settings of two files, or stated ones",
    severities: .warning ... .warning,
    judge: ConflictingSetting.judge)
}

/// A key in two sections of one file is two settings.
enum ConflictingSetting {
  private static let mostFindings = 20

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let settings = run.settings.filter { $0.path.first != "tensors" }
    let origins = settings.filter(\.isStated).count
    let sources = Set(settings.map(\.place.source)).count
    if sources < 2 && origins == 0 { return .cannotTell("settings of two files, or stated ones") }
    var sections: [String: [[String]]] = [:]
    for path in settings.map({ $0.path.map { NameWords.joined($0) } }) where path.count > 1 {
      let known = sections[path[path.count - 1], default: []]
      if !known.contains(path) { sections[path[path.count - 1]] = known + [path] }
    }
    var groups: [[Setting]] = []
    var indices: [[String]: Int] = [:]
    for setting in settings {
      let path = path(setting, sections)
      if let index = indices[path] {
        groups[index].append(setting)
      } else {
        indices[path] = groups.count
        groups.append([setting])
      }
    }
    let findings = groups.compactMap(finding)
    return .init(Array(findings.prefix(mostFindings)))
  }

  /// The sections and the key in words. A key without a section is that of the one section that has
  /// it.
  private static func path(_ setting: Setting, _ sections: [String: [[String]]]) -> [String] {
    let own = setting.path.map { NameWords.joined($0) }
    if own.count > 1 || setting.origin == .configuration { return own }
    let paths = sections[own.last ?? ""] ?? []
    return paths.count == 1 ? paths[0] : own
  }

  private static func finding(_ settings: [Setting]) -> Finding? {
    guard let first = settings.first else { return nil }
    let other = settings.dropFirst().first { isConflict(first, $0) }
    guard let other else { return nil }
    let different = [first] + settings.dropFirst().filter { isConflict(first, $0) }
    let texts = different.map { $0.text }.unique
    return Finding(
      rule: Rule.conflictingSetting.name, .warning, .established, subjects: [first.name],
      "\(first.name) has \(texts.count) values: \(texts.joined(separator: " and "))",
      figures: [first, other].map { .init($0.name, $0.number) },
      evidence: different.map(\.place),
      unknown: "which one the run used",
      remedy: "log the settings that the run used, once, from the objects that use them",
      proof: "the run's own record shows one value")
  }

  private static func isConflict(_ one: Setting, _ other: Setting) -> Bool {
    // A record may say the same figure many times while it changes.
    if one.origin == .record && other.origin == .record
      && one.place.source == other.place.source
    {
      return false
    }
    return !isSame(one.value, one.text, other.value, other.text)
  }

  private static func isSame(
    _ one: Setting.Value, _ text: String, _ other: Setting.Value, _ otherText: String
  ) -> Bool {
    if one == other { return true }
    func number(_ value: Setting.Value, _ text: String) -> Double? {
      if case .number(let number) = value { return number }
      return Double(text)
    }
    if let mine = number(one, text), let theirs = number(other, otherText) {
      return abs(mine - theirs) <= 1e-9 * max(abs(mine), abs(theirs))
    }
    return text == otherText
  }
}
