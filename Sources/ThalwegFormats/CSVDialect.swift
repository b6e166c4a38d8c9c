private import ThalwegTensor

/// Which delimiter a file uses, judged by its first records.
enum CSVDialect {
  private static let judgedRecords = 20

  /// The delimiter that splits the first records into equally many cells, two or more. A file with
  /// `;` or tabs may have commas in its numbers, so that the comma is asked last.
  static func delimiter(_ bytes: [UInt8], from start: Int, options: TableOptions) -> UInt8 {
    if let given = options.delimiter {
      guard let byte = given.asciiValue else {
        mistake("table: the delimiter '\(given)' is no ASCII character")
      }
      return byte
    }
    var candidates = [UInt8(ascii: ";"), UInt8(ascii: "\t")]
    if options.decimalMark != "," { candidates.append(UInt8(ascii: ",")) }
    let counts = candidates.map { cellCounts(bytes, from: start, delimiter: $0) }
    for (candidate, counts) in zip(candidates, counts) {
      if let first = counts.first, first > 1, counts.allSatisfy({ $0 == first }) {
        return candidate
      }
    }
    for (candidate, counts) in zip(candidates, counts) {
      if let first = counts.first, first > 1 { return candidate }
    }
    return candidates[candidates.count - 1]
  }

  /// Cells of each of the first records that are not empty lines; none where the quotes do not fit.
  private static func cellCounts(
    _ bytes: [UInt8], from start: Int, delimiter: UInt8
  ) -> [Int] {
    var records = CSVRecords(bytes, from: start, delimiter: delimiter)
    var counts: [Int] = []
    do throws(CSVRecords.Fault) {
      while counts.count < judgedRecords {
        if try !records.next() { break }
        if !records.isEmptyLine { counts.append(records.cells.count) }
      }
    } catch {
      return []
    }
    return counts
  }
}
