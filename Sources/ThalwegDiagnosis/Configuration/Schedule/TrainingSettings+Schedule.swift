import ThalwegRecord

extension TrainingSettings {
  /// A schedule that outlasts the epochs so many times was hardly meant in epochs.
  private static let farBeyond = 10.0
  /// How keys begin that lower the rate.
  private static let decays = [
    ["lr", "drop"], ["lr", "decay"], ["lr", "step"], ["lr", "steps"], ["decay", "lr"],
    ["learning", "rate", "decay"], ["learning", "rate", "drop"],
  ]

  /// A setting that lowers the rate where no schedule is named; nil: none.
  var statedDecay: Setting? {
    if self[.schedule] != nil || self[.schedulePatience] != nil { return nil }
    let meanings: [SettingMeaning] = [
      .decaySteps, .stepSize, .milestones, .decayFactor, .period, .endFactor,
    ]
    if let known = meanings.compactMap({ self[$0] }).first(where: \.isOn) { return known }
    return settings.first { setting in
      let words = NameWords.split(setting.key)
      return setting.isOn && TrainingSettings.decays.contains { words.starts(with: $0) }
    }
  }

  /// Why the setting that names the schedule names none that could be computed; nil: it may.
  var scheduleLack: String? {
    let stages = settings.filter { setting in
      SettingMeaning.of(setting) == .schedule && setting.path.contains { Int($0) != nil }
    }
    if stages.count > 1 { return "how \(stages.count) schedules follow one another" }
    guard let setting = self[.schedule] else { return nil }
    switch setting.value {
    case .text, .null, .bool(false): return nil
    case .number, .bool, .list:
      return "a schedule that is known; what \(setting.name) stands for is not"
    }
  }

  /// What the schedule counts; nil: the settings leave it open.
  var scheduleUnit: RateSchedule.Unit? {
    switch self[.scheduleInterval]?.value {
    case .text("step"), .bool(false): return .step
    case .text("epoch"), .bool(true): return .epoch
    default: break
    }
    if length(.warmupEpochs) != nil { return .epoch }
    if length(.warmupSteps) != nil || length(.decaySteps) != nil { return .step }
    guard let epochs = length(.epochs) else { return length(.steps) == nil ? .epoch : .step }
    guard let reach, reach > epochs else { return .epoch }
    if length(.steps) != nil { return .step }
    return reach > TrainingSettings.farBeyond * epochs ? nil : .epoch
  }

  /// The longest stretch that the schedule names in units of its own.
  private var reach: Double? {
    var lengths = [length(.period), length(.stepSize)].compactMap { $0 }
    if case .list(let values)? = self[.milestones]?.value {
      lengths += values.compactMap { if case .number(let number) = $0 { number } else { nil } }
    }
    return lengths.max()
  }

  private func length(_ meaning: SettingMeaning) -> Double? {
    number(meaning).flatMap { $0 > 0 ? $0 : nil }
  }
}

extension Setting {
  /// Whether the value does not turn off what its key names.
  fileprivate var isOn: Bool {
    switch value {
    case .number(let number): number > 0
    case .bool(let isTrue): isTrue
    case .null: false
    case .text(let text): !["", "none", "null", "false", "constant"].contains(text.lowercased())
    case .list(let values): !values.isEmpty
    }
  }
}
