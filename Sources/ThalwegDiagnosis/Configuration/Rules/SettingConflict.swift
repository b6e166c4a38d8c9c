import ThalwegRecord

extension Rule {
  package static let settingConflict = Rule(
    name: "conflicting_setting",
    summary: "one setting is given two values, by one file, by several, or by what somebody says",
    needs: "settings", severities: .warning ... .warning, judge: SettingConflict.judge)
}

enum SettingConflict {
  private static let findingLimit = 50
  private static let valueLimit = 10

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    // An inventory of tensors is no setting.
    let settings = ConfiguredRun(run).settings.filter { $0.path.first != "tensors" }
    if settings.isEmpty { return .cannotTell("settings") }
    var findings: [Finding] = []
    for group in groups(of: settings) {
      var distinct: [Setting] = []
      for setting in group where distinct.count < valueLimit {
        let isKnown = distinct.contains { isSame($0, setting) || isProgress($0, setting) }
        if !isKnown { distinct.append(setting) }
      }
      if distinct.count < 2 || findings.count == findingLimit { continue }
      findings.append(finding(distinct, run))
    }
    return findings.isEmpty ? .quiet : .found(findings)
  }

  private static func finding(_ values: [Setting], _ run: RunRecord) -> Finding {
    let told = values.map { "\($0.text) (\(origin($0, run)))" }
    let isOneFile =
      values.allSatisfy { $0.origin == .configuration }
      && Set(values.map(\.place.source)).count == 1
    // Of a key that one file has twice it is known which one counts.
    let isDecided = isOneFile && values.allSatisfy { $0.path == values[0].path }
    let longest = values.max { $0.path.count < $1.path.count } ?? values[0]
    let isOneName = values.allSatisfy {
      $0.path == longest.path
        || ($0.origin != .configuration && longest.path.suffix($0.path.count) == $0.path[...])
    }
    let names = isOneName ? [longest.name] : KeyRules.unique(values.map(\.name))
    return Finding(
      rule: "conflicting_setting", .warning, isDecided ? .established : .cannotTell,
      subjects: names,
      "\(ConfigurationText.listed(names)) \(names.count == 1 ? "has" : "have") "
        + "\(values.count) values: "
        + ConfigurationText.listed(told) + (isDecided ? "; readers of YAML keep the last" : ""),
      figures: values.enumerated().map { .init("value_\($0.offset + 1)", $0.element.numeric) },
      evidence: values.map(\.place),
      unknown: isDecided ? nil : "which of them the run had; its own record would tell",
      remedy: "keep one")
  }

  private static func origin(_ setting: Setting, _ run: RunRecord) -> String {
    switch setting.origin {
    case .configuration: run.sources.isEmpty ? "the configuration" : run.name(of: setting.place)
    case .record: "the run's own record"
    case .stated(let source): "stated: \(source)"
    }
  }

  /// Settings of one key, and all learning rates of one training.
  private static func groups(of settings: [Setting]) -> [[Setting]] {
    // The paths of configured keys, by the key; two are enough to know that it is not one.
    var paths: [String: [[String]]] = [:]
    for setting in settings where setting.origin == .configuration {
      let known = paths[setting.key] ?? []
      if known.count < 2 && !known.contains(setting.path) {
        paths[setting.key] = known + [setting.path]
      }
    }
    var groups: [[Setting]] = []
    var indices: [[String]: Int] = [:]
    for setting in settings {
      let path = place(of: setting, paths)
      if let index = indices[path] {
        groups[index].append(setting)
      } else {
        indices[path] = groups.count
        groups.append([setting])
      }
    }
    return groups
  }

  /// What the setting is counted under.
  private static func place(of setting: Setting, _ paths: [String: [[String]]]) -> [String] {
    if setting.origin == .configuration { return joined(setting) }
    // What is said without a section is about the only section that has the key.
    let known = paths[setting.key] ?? []
    guard known.count == 1, known[0].suffix(setting.path.count).elementsEqual(setting.path) else {
      return joined(setting)
    }
    var there = setting
    there.path = known[0]
    return joined(there)
  }

  /// `lr` and `learning_rate` mean one thing, and so do `train.lr` and `optimizer.lr`.
  private static func joined(_ setting: Setting) -> [String] {
    guard SettingMeaning.of(setting) == .learningRate else { return setting.path }
    return TrainingSettings.home(of: setting.path.dropLast()) + ["learning_rate"]
  }

  /// What a record says again and again while it changes.
  private static func isProgress(_ one: Setting, _ other: Setting) -> Bool {
    one.origin == .record && other.origin == .record && one.place.source == other.place.source
  }

  private static func isSame(_ one: Setting, _ other: Setting) -> Bool {
    if one.value == other.value { return true }
    guard let first = one.numeric, let second = other.numeric else { return false }
    return abs(first - second) <= 1e-9 * max(abs(first), abs(second))
  }
}
