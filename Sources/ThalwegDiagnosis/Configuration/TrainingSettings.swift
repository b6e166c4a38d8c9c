package import ThalwegRecord

/// The settings of one training: those around its learning rate.
///
/// A file may configure several trainings, each in a section of its own. A key belongs to the
/// training whose section it shares most of its path with; what is equally far from all belongs to
/// all of them.
package struct TrainingSettings: Sendable {
  /// More are no trainings of one run.
  private static let limit = 50
  /// Among more, a key of another section counts only where it is known what it means.
  private static let fewSections = 8

  /// The section in which the learning rate stands; of several parts of one training, what is
  /// around them.
  package let section: [String]
  /// Everything that belongs to this training, in the order of the record.
  package let settings: [Setting]
  /// Configured rates that differ from the one that is taken, and are as certain.
  let otherRates: [Setting]
  private let known: [SettingMeaning: Setting]
  /// The paths of keys that nothing reads.
  private let unread: Set<[String]>

  /// The trainings that settings describe, in the order of their learning rates; one with all
  /// settings where there is no rate.
  package static func all(in settings: [Setting]) -> [TrainingSettings] {
    let known = known(settings)
    var groups: [[[String]]] = []
    var indices: [[String]: Int] = [:]
    for entry in known where entry.meaning == .learningRate && !entry.isBareWord {
      let section = Array(entry.setting.path.dropLast())
      let home = home(of: section)
      if let index = indices[home] {
        let group = groups[index]
        if group.count < limit && !group.contains(section) { groups[index].append(section) }
      } else if groups.count < limit {
        indices[home] = groups.count
        groups.append([section])
      }
    }
    if groups.count < 2 {
      return [TrainingSettings(section: common(groups.first ?? []), known)]
    }
    var own = [[Known]](repeating: [], count: groups.count)
    // Somebody's bare word cannot be told to be about one of them.
    for entry in known where !entry.isBareWord {
      let section = entry.setting.path.dropLast()
      let shares = groups.map { $0.map { shared(section, $0[...]) }.max() ?? 0 }
      let most = shares.max() ?? 0
      let isForeign = most == 0 && !section.isEmpty
      if isForeign && entry.meaning == nil && groups.count > fewSections { continue }
      for index in groups.indices where shares[index] == most { own[index].append(entry) }
    }
    return zip(groups, own).map { TrainingSettings(section: common($0), $1) }
  }

  /// A setting with what it is known to mean.
  private struct Known {
    let setting: Setting
    let meaning: SettingMeaning?

    /// Said or logged without a section.
    var isBareWord: Bool { setting.path.count == 1 && setting.origin != .configuration }
  }

  /// The settings with their meanings. A word that is not the schedule's alone, as `gamma`, is only
  /// where the schedule's own section is, or where a schedule is named beside it.
  private static func known(_ settings: [Setting]) -> [Known] {
    let known = settings.map { Known(setting: $0, meaning: SettingMeaning.of($0)) }
    var named: Set<[String]> = []
    for entry in known where entry.meaning == .schedule {
      named.insert(Array(entry.setting.path.dropLast()))
    }
    return known.map { entry in
      guard SettingMeaning.isSharedWord(entry.setting) else { return entry }
      let isNamed = named.contains(Array(entry.setting.path.dropLast()))
      return Known(setting: entry.setting, meaning: isNamed ? entry.meaning : nil)
    }
  }

  private init(section: [String], _ entries: [Known], unread: Set<[String]> = []) {
    self.section = section
    self.unread = unread
    settings = entries.map(\.setting)
    var known: [SettingMeaning: Setting] = [:]
    func rank(_ setting: Setting) -> [Int] {
      let own = setting.path.dropLast()
      let isShared = SettingMeaning.isSharedWord(setting) ? 1 : 0
      return TrainingSettings.standing(setting, unread)
        + [isShared, -TrainingSettings.shared(own, section[...]), own.count]
    }
    for entry in entries {
      guard let meaning = entry.meaning else { continue }
      let setting = entry.setting
      if let other = known[meaning] {
        // Of one key that is given twice, YAML keeps the last.
        let isAgain =
          setting.path == other.path && setting.origin == .configuration
          && other.origin == .configuration
        if !isAgain && !rank(setting).lexicographicallyPrecedes(rank(other)) { continue }
      }
      known[meaning] = setting
    }
    self.known = known
    let rate = known[.learningRate]
    otherRates = entries.compactMap { entry in
      guard let rate, entry.meaning == .learningRate, entry.setting.path != rate.path,
        TrainingSettings.standing(entry.setting, unread)
          == TrainingSettings.standing(rate, unread),
        let number = entry.setting.numeric, number != rate.numeric
      else { return nil }
      return entry.setting
    }
  }

  /// The same training, of which those keys of a section count last that nothing reads.
  func reading(in section: [String], _ isRead: (ArraySlice<String>) -> Bool) -> TrainingSettings {
    let unread = settings.filter {
      $0.origin == .configuration && $0.path.starts(with: section)
        && !isRead($0.path.dropFirst(section.count))
    }
    return TrainingSettings(
      section: self.section, TrainingSettings.known(settings), unread: Set(unread.map(\.path)))
  }

  /// Whether a key of the configuration is one that nothing reads.
  func isUnread(_ setting: Setting) -> Bool {
    setting.origin == .configuration && unread.contains(setting.path)
  }

  package subscript(_ meaning: SettingMeaning) -> Setting? { known[meaning] }

  /// A finite number, also one that YAML reads as a text; none that cannot be.
  package func number(_ meaning: SettingMeaning) -> Double? {
    self[meaning]?.numeric.flatMap { meaning.fault($0) == nil ? $0 : nil }
  }

  package func text(_ meaning: SettingMeaning) -> String? {
    if case .text(let text)? = self[meaning]?.value { text } else { nil }
  }

  /// The text as the name of a class: in lower case, without its module and gaps.
  func className(_ meaning: SettingMeaning) -> String? {
    text(meaning).map { text in
      NameWords.split(text.split(separator: ".").last ?? text[...]).joined()
    }
  }

  /// The setting of a key that has no meaning of its own, by its name or the end of its path; what
  /// was observed or said of the run outranks the file.
  package func setting(_ name: String) -> Setting? {
    let found = candidates(name)
    let own = found.filter { $0.path.dropLast().elementsEqual(section) }
    guard let first = own.first ?? found.first else { return nil }
    // Of one key that is given twice, YAML keeps the last.
    return first.origin == .configuration ? found.last { $0.path == first.path } : first
  }

  /// Those settings of a key that are equally certain.
  func candidates(_ name: String) -> [Setting] {
    let parts = name.split(separator: ".").map(String.init)
    let found = settings.filter {
      $0.path.last == parts.last && $0.path.suffix(parts.count).elementsEqual(parts)
    }
    let least = found.map { TrainingSettings.certainty($0) }.min()
    return found.filter { TrainingSettings.certainty($0) == least }
  }

  /// `priority_net`, or what to call a training without a section.
  package var name: String { section.isEmpty ? "the training" : section.joined(separator: ".") }

  /// How certain a setting is; smaller is better.
  private static func standing(_ setting: Setting, _ unread: Set<[String]>) -> [Int] {
    let isUnread = setting.origin == .configuration && unread.contains(setting.path)
    return [certainty(setting), isUnread ? 1 : 0]
  }

  /// What the run itself recorded, then what somebody says of it, then what a file says.
  private static func certainty(_ setting: Setting) -> Int {
    switch setting.origin {
    case .record: 0
    case .stated: 1
    case .configuration: 2
    }
  }

  /// Sections that only say what part of a training they are about.
  private static let parts: Set<String> = [
    "train", "training", "trainer", "train_args", "training_args", "training_arguments", "fit",
    "optimizer", "optim", "opt", "optimization", "solver", "learning", "hyperparameters",
    "hyperparams", "hparams", "hyper", "model", "config", "args", "params", "kwargs", "init_args",
    "value",
  ]

  /// The section without such parts: two rates at one home are rates of one training.
  static func home(of section: some Sequence<String>) -> [String] {
    section.filter { !parts.contains(NameWords.joined($0)) }
  }

  private static func common(_ sections: [[String]]) -> [String] {
    guard let first = sections.first else { return [] }
    let count = sections.map { shared(first[...], $0[...]) }.min() ?? 0
    return Array(first.prefix(count))
  }

  private static func shared(_ one: ArraySlice<String>, _ other: ArraySlice<String>) -> Int {
    zip(one, other).prefix { $0 == $1 }.count
  }
}

extension Setting {
  /// The finite number that the value is or spells.
  var numeric: Double? {
    switch value {
    case .number(let number): number.isFinite ? number : nil
    case .text(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
    case .bool, .null, .list: nil
    }
  }
}
