import ThalwegRecord

extension Rule {
  package static let impossibleSetting = Rule(
    name: "impossible_setting",
    summary: "a setting has a value that it cannot have, so that nothing is computed from it",
    needs: "settings", severities: .warning ... .error, judge: ImpossibleSetting.judge)
}

enum ImpossibleSetting {
  private static let namedLimit = 12

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    if configured.settings.isEmpty { return .cannotTell("settings") }
    var faults: [TrainingSettings.Fault] = []
    for training in configured.trainings {
      // What several trainings share is told once.
      faults += (training.faults(SettingMeaning.allCases) + training.endlessWarmups).filter {
        !faults.contains($0)
      }
    }
    if faults.isEmpty { return .quiet }
    let excuses = KeyRules.unique(faults.compactMap(\.excuse))
    let isSure = faults.contains { $0.excuse == nil }
    return .found([
      Finding(
        rule: "impossible_setting", isSure ? .error : .warning, isSure ? .established : .likely,
        subjects: KeyRules.unique(faults.flatMap { $0.settings.map(\.name) }),
        ConfigurationText.listed(faults.map(\.text), most: namedLimit),
        figures: [.init("faults", Double(faults.count))],
        evidence: faults.flatMap { $0.settings.map(\.place) },
        unknown: excuses.isEmpty ? nil : excuses.joined(separator: "; "),
        remedy: "set what was meant", proof: "the value that the code has")
    ])
  }
}

extension TrainingSettings {
  /// Settings that cannot be as they are, alone or together.
  struct Fault: Equatable {
    var settings: [Setting]
    var text: String
    var excuse: String?
  }

  /// What is wrong with single settings of these meanings.
  func faults(_ meanings: [SettingMeaning]) -> [Fault] {
    meanings.compactMap { meaning in
      // What a log says of itself was so: the rate before the first step of a warm-up is 0.
      guard let setting = self[meaning], setting.origin != .record,
        let number = setting.number ?? setting.numeric, let why = meaning.fault(number)
      else { return nil }
      return Fault(
        settings: [setting], text: "\(setting.name) is \(setting.text), but \(why)",
        excuse: meaning.excuse(number, setting))
    }
  }

  /// Warm-ups that are longer than the training, of which only the beginning is computed.
  var endlessWarmups: [Fault] {
    let lengths: [(SettingMeaning, SettingMeaning)] = [
      (.warmupEpochs, .epochs), (.warmupSteps, .steps),
    ]
    return lengths.compactMap { part, whole in
      guard let first = self[part], let second = self[whole], let warmup = number(part),
        let length = number(whole), length > 0, warmup > length
      else { return nil }
      return Fault(
        settings: [first, second],
        text: "\(first.name) is \(first.text) and \(second.name) \(second.text), so that the "
          + "warm-up never ends", excuse: "whether the training is cut short on purpose")
    }
  }

  /// What keeps a statement that rests on these settings from being made; nil: nothing.
  func lack(_ meanings: [SettingMeaning]) -> String? {
    let faults = faults(meanings)
    if faults.isEmpty { return nil }
    return "settings that can be: " + faults.map(\.text).joined(separator: "; ")
  }
}
