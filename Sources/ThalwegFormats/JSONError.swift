/// Why a JSON text was refused; line and column are counted from 1, columns in characters.
package enum JSONError: Error, Equatable, Sendable {
  package struct Place: Equatable, Sendable, CustomStringConvertible {
    package var source: String
    package var line: Int
    package var column: Int

    package init(source: String, line: Int, column: Int) {
      self.source = source
      self.line = line
      self.column = column
    }

    package var description: String { "\(source):\(line):\(column)" }
  }

  case unexpectedEnd(Place)
  case unexpected(Place, found: String, expected: String)
  case trailing(Place)
  case duplicateName(Place, name: String)
  case tooDeep(Place, limit: Int)
  case notUTF8(Place)
  case badEscape(Place)
  case controlCharacter(Place)
  case badNumber(Place, text: String)
}

extension JSONError: CustomStringConvertible {
  package var description: String { "\(place): \(problem)".onOneLine }

  /// Where the text breaks the grammar.
  var place: Place {
    switch self {
    case .unexpectedEnd(let place), .trailing(let place), .notUTF8(let place),
      .badEscape(let place), .controlCharacter(let place), .unexpected(let place, _, _),
      .duplicateName(let place, _), .tooDeep(let place, _), .badNumber(let place, _):
      place
    }
  }

  /// What is wrong there and what to change.
  var problem: String {
    switch self {
    case .unexpectedEnd:
      "the text ends too early; it was cut, or a bracket or quote is not closed"
    case .unexpected(_, let found, let expected):
      "found \(found) where \(expected) is needed"
    case .trailing:
      "text follows the value; remove it"
    case .duplicateName(_, let name):
      "the name '\(name)' is given twice; remove one"
    case .tooDeep(_, let limit):
      "nested deeper than \(limit); flatten the value"
    case .notUTF8:
      "the string is not UTF-8; save the file in UTF-8"
    case .badEscape:
      "no such escape in a string; write a backslash as '\\\\'"
    case .controlCharacter:
      "a control character in a string; write it as an escape"
    case .badNumber(_, let text):
      "'\(text)' is no number of JSON within the range of Double"
    }
  }
}
