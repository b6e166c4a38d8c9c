/// What is wrong with a setting. `place` is `config.yaml:14` or `--set optimizer.learning_rate`.
package enum SettingsError: Error, Equatable, Sendable {
  case malformed(place: String, problem: String)
  /// Well-formed YAML that settings do not use: anchors, tags, lists of lists.
  case unsupported(place: String, what: String)
  case rootNotMapping(place: String)
  case duplicateKey(place: String, key: String, first: String)
  case badKey(place: String, key: String)
  case badAssignment(text: String)
  case missing(key: String)
  case wrongType(place: String, key: String, expected: String, found: String)
  case outOfRange(place: String, key: String, range: String, found: String)
  case notOneOf(place: String, key: String, found: String, allowed: [String], nearest: String?)
  case unknownKey(place: String, key: String, nearest: String?)
  /// A value that only the system that reads it can judge.
  case invalid(place: String, key: String, reason: String)
}

extension SettingsError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .malformed(let place, let problem):
      "\(place): not YAML: \(problem)"
    case .unsupported(let place, let what):
      "\(place): \(what) is not used in settings; write plain values, lists of them and sections"
    case .rootNotMapping(let place):
      "\(place): settings are lines of 'key: value'; another value stands here"
    case .duplicateKey(let place, let key, let first):
      "\(place): '\(key)' is given twice, first at \(first); remove one"
    case .badKey(let place, let key):
      "\(place): '\(key)' is no key; use letters, digits, '_' and '-', and one section a line"
    case .badAssignment(let text):
      "--set \(text): write key=value, as in optimizer.learning_rate=0.001"
    case .missing(let key):
      "'\(key)' is not set and has no default; add it to the settings or give --set \(key)=..."
    case .wrongType(let place, let key, let expected, let found):
      "\(place): '\(key)' must be \(expected), found \(found)"
    case .outOfRange(let place, let key, let range, let found):
      "\(place): '\(key)' must be \(range), found \(found)"
    case .notOneOf(let place, let key, let found, let allowed, let nearest):
      "\(place): '\(key)' must be one of \(allowed.joined(separator: ", ")), found '\(found)'"
        + SettingsError.suggestion(nearest)
    case .unknownKey(let place, let key, let nearest):
      "\(place): unknown key '\(key)'" + SettingsError.suggestion(nearest)
    case .invalid(let place, let key, let reason):
      "\(place): '\(key)' \(reason)"
    }
  }

  private static func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
  }
}
