/// The report of an error that ended the program.
struct ConsoleTrace {
  private var isOpen = false
  private var last = 0

  /// Takes a piece that belongs to such a report; false where it does not.
  mutating func take(
    _ piece: LineBytes, from start: Int, at position: Int, _ runs: inout ConsoleRuns,
    _ collector: RunCollector
  ) -> Bool {
    var first = piece.afterBlanks(start)
    // The key that interrupts leaves its mark.
    if piece[first] == UInt8(ascii: "^") && piece[first + 1] == UInt8(ascii: "C") { first += 2 }
    if piece[first] == UInt8(ascii: "T")
      && piece.starts(first, with: "traceback (most recent call last)")
    {
      isOpen = true
      last = position
      return true
    }
    if isOpen {
      last = position
      let isInside =
        first >= piece.count || piece[start].isBlank
        || piece.starts(first, with: "during handling of the above")
        || piece.starts(first, with: "the above exception")
      if isInside { return true }
      isOpen = false
      let end = endOfName(piece, first)
      if end == first || !(end == piece.count || piece[end] == UInt8(ascii: ":")) { return false }
    } else if !isError(piece, first) {
      return false
    }
    runs.fail(piece.text(first..<piece.count), at: position, collector)
    return true
  }

  /// The file ends; a report without its last line counts too.
  mutating func end(_ runs: inout ConsoleRuns, _ collector: RunCollector) {
    if isOpen { runs.fail("a traceback of which the file lacks the end", at: last, collector) }
    isOpen = false
  }

  /// Whether the piece begins with the name of an error, as `torch.cuda.OutOfMemoryError: `.
  private func isError(_ piece: LineBytes, _ first: Int) -> Bool {
    if !piece[first].isLetter { return false }
    let end = endOfName(piece, first)
    let isSaid = piece[end] == UInt8(ascii: ":") && piece[end + 1].isBlank
    if !(isSaid || (end == piece.count && end - first > 9)) { return false }
    let isNamed =
      (end - first > 5 && piece.starts(end - 5, with: "error"))
      || (end - first > 9
        && (piece.starts(end - 9, with: "exception") || piece.starts(end - 9, with: "interrupt")))
    // `MeanAbsoluteError: 0.25` is a figure.
    return isNamed
      && ConsoleValue.read(piece, piece.afterBlanks(end + 1), hasPair: false) == nil
  }

  private func endOfName(_ piece: LineBytes, _ first: Int) -> Int {
    var index = first
    while piece[index].isWord || (piece[index] == UInt8(ascii: ".") && piece[index + 1].isWord) {
      index += 1
    }
    return index
  }
}
