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
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .unexpectedEnd(let place):
      "\(place): the text ends too early; it was cut, or a bracket or quote is not closed"
    case .unexpected(let place, let found, let expected):
      "\(place): found \(found) where \(expected) is needed"
    case .trailing(let place):
      "\(place): text follows the value; remove it"
    case .duplicateName(let place, let name):
      "\(place): the name '\(name)' is given twice; remove one"
    case .tooDeep(let place, let limit):
      "\(place): nested deeper than \(limit); flatten the value"
    case .notUTF8(let place):
      "\(place): the string is not UTF-8; save the file in UTF-8"
    case .badEscape(let place):
      "\(place): no such escape in a string; write a backslash as '\\\\'"
    case .controlCharacter(let place):
      "\(place): a control character in a string; write it as an escape"
    case .badNumber(let place, let text):
      "\(place): '\(text)' is no number of JSON within the range of Double"
    }
  }
}
