/// Why a text table was refused; lines are counted from 1, as editors do.
package enum TableError: Error, Equatable, Sendable {
  case file(FileError)
  case empty(path: String)
  case headerOnly(path: String)
  case notUTF8(path: String, line: Int)
  case openQuote(path: String, line: Int)
  case textAfterQuote(path: String, line: Int)
  case ragged(path: String, line: Int, cells: Int, expected: Int)
  case word(path: String, line: Int, column: String, text: String)
  /// A decimal mark in a file where most numbers have the other one.
  case decimalMark(path: String, line: Int, column: String, text: String, expected: Character)
  case duplicateColumn(path: String, name: String)
  case noNumbers(path: String)
}

extension TableError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .file(let error):
      error.description
    case .empty(let path):
      "\(path): the file is empty; it needs rows of numbers"
    case .headerOnly(let path):
      "\(path): there is no data row; it needs rows of numbers below the header"
    case .notUTF8(let path, let line):
      "\(path):\(line): not UTF-8 text; save the table as CSV in UTF-8"
    case .openQuote(let path, let line):
      "\(path):\(line): a quote is opened and never closed; add the closing '\"'"
    case .textAfterQuote(let path, let line):
      "\(path):\(line): text follows a closing quote; double the quotes inside a quoted cell"
    case .ragged(let path, let line, let cells, let expected):
      "\(path):\(line): the row has \(cells) cells where the first row has \(expected); add or "
        + "remove delimiters"
    case .word(let path, let line, let column, let text):
      "\(path):\(line): column '\(column)' holds '\(text)' where a number is needed; correct the "
        + "cell, or name it as a missing marker"
    case .decimalMark(let path, let line, let column, let text, let expected):
      "\(path):\(line): column '\(column)' holds '\(text)' in a file whose decimal mark is "
        + "'\(expected)'; use one mark throughout"
    case .duplicateColumn(let path, let name):
      "\(path): two columns are named '\(name)'; rename one"
    case .noNumbers(let path):
      "\(path): no column holds numbers; it needs at least one"
    }
  }
}
