import ThalwegRecord

/// The delimiter and the header of a CSV text, judged by its first lines.
///
/// A table has a line of two or more names, none of them a number, and below it rows of as many
/// cells, with a column or more that hold nothing but numbers and gaps.
struct TableShape: Equatable {
  private static let judgedRows = 20
  private static let delimiters: [UInt8] = [
    UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: ","),
  ]

  let delimiter: UInt8
  let names: [String]

  /// - Parameters:
  ///   - head: the beginning of the text.
  ///   - isWhole: whether there is no more of it; else its last line counts only with its end.
  init?(_ head: [UInt8], isWhole: Bool) {
    for delimiter in TableShape.delimiters {
      guard let names = TableShape.names(head, delimiter, isWhole: isWhole) else { continue }
      self.delimiter = delimiter
      self.names = names
      return
    }
    return nil
  }

  /// Whether rows of numbers begin without a line of names.
  static func lacksHeader(_ head: [UInt8], isWhole: Bool) -> Bool {
    delimiters.contains { delimiter in
      let rows = rows(head, delimiter, isWhole: isWhole)
      guard let first = rows.first, first.count > 1, rows.count > 1 else { return false }
      return rows.allSatisfy { row in
        row.count == first.count && row.allSatisfy { isNumber($0, delimiter) }
      }
    }
  }

  private static func names(
    _ head: [UInt8], _ delimiter: UInt8, isWhole: Bool
  ) -> [String]? {
    let rows = rows(head, delimiter, isWhole: isWhole)
    guard let names = rows.first, names.count > 1, isHeader(names, delimiter) else { return nil }
    if rows.count == 1 { return isBareHeader(names) && isWhole ? named(names) : nil }
    // A run that went on may have written the header again.
    let whole = rows.dropFirst().filter { $0.count == names.count && $0 != names }
    if rows[1].count != names.count || 2 * whole.count < rows.count - 1 { return nil }
    let hasNumbers = names.indices.contains { column in
      let cells = whole.map { $0[column] }.filter { !$0.isEmpty }
      return !cells.isEmpty && cells.allSatisfy { isNumber($0, delimiter) }
    }
    return hasNumbers ? named(names) : nil
  }

  /// The cells of the first lines.
  private static func rows(
    _ head: [UInt8], _ delimiter: UInt8, isWhole: Bool
  ) -> [[String]] {
    let start = head.starts(with: WholeFile.byteOrderMark) ? WholeFile.byteOrderMark.count : 0
    var records = CSVRecords(head, from: start, delimiter: delimiter)
    var rows: [[String]] = []
    let hasEnd = head.last == UInt8(ascii: "\n")
    do throws(CSVRecords.Fault) {
      while rows.count <= judgedRows, try records.next() {
        if records.isEmptyLine || (rows.isEmpty && isComment(records)) { continue }
        rows.append(records.cells.map { records.text($0) ?? "\u{FFFD}" })
      }
      // A row that is not there as a whole tells nothing.
      let isAll = try !records.next()
      let isCut = !isWhole || rows.last?.count != rows.first?.count
      if isAll && !hasEnd && isCut && !rows.isEmpty { rows.removeLast() }
    } catch {
      return rows
    }
    return rows
  }

  private static func isComment(_ records: CSVRecords) -> Bool {
    guard let first = records.cells.first, first.start < first.end else { return false }
    return records.bytes[first.start] == UInt8(ascii: "#") && !first.isQuoted
  }

  private static func isHeader(_ names: [String], _ delimiter: UInt8) -> Bool {
    names.indices.allSatisfy { index in
      // Tables of pandas have a first column without a name.
      if names[index].isEmpty { return index == 0 }
      return !isNumber(names[index], delimiter) && names[index].contains(where: \.isLetter)
    }
  }

  /// Whether a line may be the header of a table that has no rows yet, not a sentence with commas.
  private static func isBareHeader(_ names: [String]) -> Bool {
    names.contains { ProgressName($0) != nil }
      && names.allSatisfy { !$0.isEmpty && !$0.contains(" ") && !$0.contains("=") }
  }

  private static func isNumber(_ text: String, _ delimiter: UInt8) -> Bool {
    let bytes = Array(text.utf8)
    let figure = bytes.withUnsafeBufferPointer { bytes in
      FigureText.parse(bytes, from: 0, to: bytes.count, comma: delimiter != UInt8(ascii: ","))
    }
    return switch figure {
    case .number, .absent: true
    case .empty, .word: false
    }
  }

  private static func named(_ names: [String]) -> [String] {
    names.enumerated().map { $0.element.isEmpty ? "x\($0.offset)" : $0.element }
  }
}
