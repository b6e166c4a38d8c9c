/// Why a file does not give a graph over the columns of the data.
package enum GraphError: Error, Equatable, Sendable, CustomStringConvertible {
  case empty(source: String)
  case notSquare(source: String, rows: Int, columns: Int)
  case raggedRow(source: String, line: Int, cells: Int, expected: Int)
  case sizeDiffers(source: String, variables: Int, columns: Int)
  /// `row` and `column` count from 1 within the matrix, without its header.
  case badCell(source: String, line: Int, row: Int, column: Int, text: String)
  case unknownName(source: String, line: Int, name: String, nearest: String?)
  case repeatedName(source: String, line: Int, name: String)
  case badEdge(source: String, line: Int, cells: Int)
  case columnsDiffer(opinion: String, missing: [String], unexpected: [String])

  package var description: String {
    switch self {
    case .empty(let source):
      "\(source): no rows; expected a 0/1 adjacency matrix or a list with the header cause,effect"
    case .notSquare(let source, let rows, let columns):
      "\(source): \(rows) rows and \(columns) columns; an adjacency matrix has as many rows as "
        + "columns, apart from an optional first line of names"
    case .raggedRow(let source, let line, let cells, let expected):
      "\(source):\(line): \(cells) cells where the first line has \(expected)"
    case .sizeDiffers(let source, let variables, let columns):
      "\(source): a graph of \(variables) variables for data of \(columns) columns; "
        + "give a graph over the data's columns"
    case .badCell(let source, let line, let row, let column, let text):
      "\(source):\(line): row \(row), column \(column) is '\(text)'; write 0 or 1"
    case .unknownName(let source, let line, let name, let nearest):
      "\(source):\(line): no column of the data is called '\(name)'"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "; write the data's column names")
    case .repeatedName(let source, let line, let name):
      "\(source):\(line): '\(name)' stands twice among the names; write each column once"
    case .badEdge(let source, let line, let cells):
      "\(source):\(line): \(cells) cells; an edge has two, cause and effect"
    case .columnsDiffer(let opinion, let missing, let unexpected):
      "\(opinion): usable only on its own columns; "
        + (missing.isEmpty ? "" : "missing here: \(missing.joined(separator: ", "))")
        + (missing.isEmpty || unexpected.isEmpty ? "" : "; ")
        + (unexpected.isEmpty ? "" : "not in it: \(unexpected.joined(separator: ", "))")
        + "; choose those columns or give a graph file"
    }
  }
}
