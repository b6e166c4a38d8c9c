import ThalwegRecord

/// The words of a call, sorted.
struct Arguments {
  let verb: Verb
  /// What the verb is about, in order.
  let subjects: [String]
  private let values: [(option: Option, value: String)]

  /// - Parameter words: the verb and what follows it.
  init(_ verb: Verb, _ words: ArraySlice<String>) throws(UsageError) {
    self.verb = verb
    var subjects: [String] = []
    var values: [(Option, String)] = []
    var rest = words
    while let word = rest.popFirst() {
      if !word.hasPrefix("--") {
        if subjects.count == verb.mostSubjects {
          throw .excessArgument(word, verb: verb.rawValue)
        }
        subjects.append(word)
        continue
      }
      // Both `--out DIR` and `--out=DIR`.
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = verb.options.first(where: { $0.word == name }) else {
        throw .unknownOption(name, verb: verb.rawValue, known: verb.options.map(\.word))
      }
      if option.value == nil {
        if parts.count > 1 {
          throw .badValue(option: name, value: String(parts[1]), expected: "needed: a switch")
        }
        values.append((option, ""))
      } else if parts.count > 1 {
        values.append((option, String(parts[1])))
      } else {
        guard let value = rest.popFirst() else { throw .missingValue(name) }
        values.append((option, value))
      }
    }
    self.subjects = subjects
    self.values = values
  }

  /// The first of them; nil where none was given.
  var subject: String? { subjects.first }

  func has(_ option: Option) -> Bool { values.contains { $0.option == option } }

  /// The value of an option; the last one counts where it is given again.
  func value(_ option: Option) -> String? { values.last { $0.option == option }?.value }

  /// All values of an option, in order.
  func all(_ option: Option) -> [String] {
    values.filter { $0.option == option }.map(\.value)
  }

  /// What the verb is about, one of those that it knows.
  func requiredSubject() throws(UsageError) -> String {
    guard let subject else {
      throw .missingArgument(verb: verb.rawValue, known: verb.arguments)
    }
    if !verb.arguments.contains(subject) {
      throw .unknownArgument(subject, verb: verb.rawValue, known: verb.arguments)
    }
    return subject
  }

  /// The file that the verb is about.
  func requiredFile() throws(UsageError) -> String {
    guard let subject else { throw .missingFile(verb: verb.rawValue) }
    return subject
  }

  /// The files that the verb is about, at least one.
  func requiredFiles() throws(UsageError) -> [String] {
    if subjects.isEmpty { throw .missingFile(verb: verb.rawValue) }
    return subjects
  }

  /// The severity from which on findings end the command with 4; nil: none does.
  func failureSeverity() throws(UsageError) -> Severity? {
    guard let word = value(.failOn) else { return nil }
    guard let severity = Severity(rawValue: word) else {
      throw .unknownArgument(
        word, verb: Option.failOn.word, known: Severity.allCases.map(\.rawValue))
    }
    return severity
  }

  /// A whole number of at least `least`.
  func int(_ option: Option, least: Int) throws(UsageError) -> Int? {
    guard let text = value(option) else { return nil }
    guard let number = Int(text), number >= least else {
      throw .badValue(
        option: option.word, value: text, expected: "a whole number of at least \(least)")
    }
    return number
  }
}
