/// The cells of a small separated text, with the number of the line each row stands on.
struct GraphText {
  struct Row {
    let line: Int
    let cells: [String]
  }

  let rows: [Row]

  /// The separator is the first of comma, semicolon and tab that the first line holds, because
  /// spreadsheets of other countries write the latter two, and white space otherwise.
  init(_ bytes: [UInt8]) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
    let isEnd: (UInt8) -> Bool = { $0 == UInt8(ascii: "\n") }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: isEnd)
      .map { GraphText.trimmed($0) }
    let first = lines.first { !$0.isEmpty } ?? []
    let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    let separator = separators.first(where: first.contains)
    rows = lines.enumerated().filter { !$0.element.isEmpty }
      .map { Row(line: $0.offset + 1, cells: GraphText.cells($0.element, separator)) }
  }

  private static func cells(_ line: ArraySlice<UInt8>, _ separator: UInt8?) -> [String] {
    let parts =
      if let separator {
        line.split(separator: separator, omittingEmptySubsequences: false)
      } else {
        line.split(whereSeparator: isSpace)
      }
    return parts.map { part in
      let cell = trimmed(part)
      let quote = UInt8(ascii: "\"")
      let isQuoted = cell.count >= 2 && cell.first == quote && cell.last == quote
      return String(decoding: isQuoted ? cell.dropFirst().dropLast() : cell, as: UTF8.self)
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes.drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest.removeLast() }
    return rest
  }
}
