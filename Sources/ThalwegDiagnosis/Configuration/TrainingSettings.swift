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

  /// The section in which the learning rate stands.
  package let section: [String]
  /// Everything that belongs to this training, in the order of the record.
  package let settings: [Setting]
  private let known: [SettingMeaning: Setting]

  /// The trainings that settings describe, in the order of their learning rates; one with all
  /// settings where there is no rate.
  package static func all(in settings: [Setting]) -> [TrainingSettings] {
    let known = settings.map { Known(setting: $0, meaning: SettingMeaning.of($0)) }
    var sections: [[String]] = []
    for entry in known where entry.meaning == .learningRate {
      let section = Array(entry.setting.path.dropLast())
      if sections.count == limit { break }
      if !entry.isBareWord && !sections.contains(section) { sections.append(section) }
    }
    if sections.count < 2 {
      return [TrainingSettings(section: sections.first ?? [], known)]
    }
    var own = [[Known]](repeating: [], count: sections.count)
    // Somebody's bare word cannot be told to be about one of them.
    for entry in known where !entry.isBareWord {
      let section = entry.setting.path.dropLast()
      let shares = sections.map { shared(section, $0[...]) }
      let most = shares.max() ?? 0
      let isForeign = most == 0 && !section.isEmpty
      if isForeign && entry.meaning == nil && sections.count > fewSections { continue }
      for index in sections.indices where shares[index] == most { own[index].append(entry) }
    }
    return zip(sections, own).map { TrainingSettings(section: $0, $1) }
  }

  /// A setting with what it is known to mean.
  private struct Known {
    let setting: Setting
    let meaning: SettingMeaning?

    /// Said or logged without a section.
    var isBareWord: Bool { setting.path.count == 1 && setting.origin != .configuration }
  }

  private init(section: [String], _ entries: [Known]) {
    self.section = section
    settings = entries.map(\.setting)
    var known: [SettingMeaning: Setting] = [:]
    for entry in entries {
      guard let meaning = entry.meaning else { continue }
      let setting = entry.setting
      if let other = known[meaning] {
        // Of one key that is given twice, YAML keeps the last.
        let isAgain =
          setting.path == other.path && setting.origin == .configuration
          && other.origin == .configuration
        let isNearer = TrainingSettings.rank(setting, section).lexicographicallyPrecedes(
          TrainingSettings.rank(other, section))
        if !isAgain && !isNearer { continue }
      }
      known[meaning] = setting
    }
    self.known = known
  }

  package subscript(_ meaning: SettingMeaning) -> Setting? { known[meaning] }

  /// A finite number, also one that YAML reads as a text.
  package func number(_ meaning: SettingMeaning) -> Double? {
    self[meaning]?.numeric
  }

  package func text(_ meaning: SettingMeaning) -> String? {
    if case .text(let text)? = self[meaning]?.value { text } else { nil }
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

  /// Smaller is better.
  private static func rank(_ setting: Setting, _ section: [String]) -> [Int] {
    let own = setting.path.dropLast()
    return [certainty(setting), -shared(own, section[...]), own.count]
  }

  /// What the run itself recorded, then what somebody says of it, then what a file says.
  private static func certainty(_ setting: Setting) -> Int {
    switch setting.origin {
    case .record: 0
    case .stated: 1
    case .configuration: 2
    }
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
