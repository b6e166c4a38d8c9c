private import ThalwegFormats

/// What is wrong with the words of a call.
enum UsageError: Error, Equatable, CustomStringConvertible {
  case unknownVerb(String)
  case unknownOption(String, verb: String, known: [String])
  case missingValue(String)
  case badValue(option: String, value: String, expected: String)
  case missingArgument(verb: String, known: [String])
  case missingFile(verb: String)
  case unknownArgument(String, verb: String, known: [String])
  case excessArgument(String, verb: String)
  case exclusive(String, String)

  var description: String {
    switch self {
    case .unknownVerb(let verb):
      "unknown verb '\(verb)'\(UsageError.hint(verb, Verb.allCases.map(\.rawValue))); "
        + "'thalweg help' lists them"
    case .unknownOption(let option, let verb, let known):
      "unknown option '\(option)' of '\(verb)'\(UsageError.hint(option, known)); "
        + "'thalweg help \(verb)' lists them"
    case .missingValue(let option): "option '\(option)' needs a value"
    case .badValue(let option, let value, let expected):
      "option '\(option)': '\(value)' is not \(expected)"
    case .missingArgument(let verb, let known):
      "'\(verb)' needs one of: \(known.joined(separator: ", "))"
    case .missingFile(let verb):
      "'\(verb)' needs a file; 'thalweg help \(verb)' shows the call"
    case .unknownArgument(let argument, let verb, let known):
      "'\(verb)' does not know '\(argument)'\(UsageError.hint(argument, known)); "
        + "it knows: \(known.joined(separator: ", "))"
    case .excessArgument(let argument, let verb):
      "'\(verb)' does not know what to do with '\(argument)'"
    case .exclusive(let first, let second): "'\(first)' and '\(second)' exclude each other"
    }
  }

  private static func hint(_ word: String, _ known: [String]) -> String {
    Spelling.nearest(word, in: known).map { "; did you mean '\($0)'?" } ?? ""
  }
}
