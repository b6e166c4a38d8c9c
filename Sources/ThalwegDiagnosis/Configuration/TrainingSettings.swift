package import ThalwegRecord

/// The settings of one training: those around its learning rate.
///
/// A file may configure several trainings, each in a section of its own. A key belongs to the
/// training whose section it shares most of its path with; what is equally far from all belongs to
/// all of them.
package struct TrainingSettings: Sendable {
  /// More are no trainings of one run.
  private static let limit = 100

  /// The section in which the learning rate stands.
  package let section: [String]
  /// Everything that belongs to this training, in the order of the record.
  package let settings: [Setting]
  private let known: [SettingMeaning: Setting]

  /// The trainings that settings describe, in the order of their learning rates; one with all
  /// settings where there is no rate.
  package static func all(in settings: [Setting]) -> [TrainingSettings] {
    var sections: [[String]] = []
    for setting in settings where SettingMeaning.of(setting) == .learningRate {
      let section = Array(setting.path.dropLast())
      let isBare = section.isEmpty && setting.origin != .configuration
      if sections.count == limit { break }
      if !isBare && !sections.contains(section) { sections.append(section) }
    }
    if sections.count < 2 {
      return [TrainingSettings(section: sections.first ?? [], settings)]
    }
    return sections.map { section in
      let own = settings.filter { setting in
        // Somebody's bare word cannot be told to be about this one.
        if setting.path.count == 1 && setting.origin != .configuration { return false }
        let shared = shared(setting.path.dropLast(), section[...])
        return sections.allSatisfy {
          self.shared(setting.path.dropLast(), $0[...]) <= shared
        }
      }
      return TrainingSettings(section: section, own)
    }
  }

  private init(section: [String], _ settings: [Setting]) {
    self.section = section
    self.settings = settings
    var known: [SettingMeaning: Setting] = [:]
    for setting in settings {
      guard let meaning = SettingMeaning.of(setting) else { continue }
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
    let found = settings.filter { $0.path.suffix(parts.count).elementsEqual(parts) }
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
