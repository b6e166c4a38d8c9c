import ThalwegRecord

/// What ends a name, and what stands between boundaries without a sign.
extension ConsoleScanner {
  /// The text since the last boundary has no sign behind it.
  mutating func close(_ line: LineBytes, _ end: Int) {
    if segment >= end { return }
    var range = line.trimmed(segment..<end)
    if range.isEmpty { return }
    candidate = nil
    if hasDigit {
      takeHeads(line, &range)
      if range.isEmpty || line[range.lowerBound].isDigit { return }
      if takeUnsigned(line, range) { return note(nil) }
    } else if endsInWordNumber(line, range), takeUnsigned(line, range) {
      return note(nil)
    }
    if !range.contains(where: { line[$0].isLetter }) { return }
    let split = ConsoleWords.firstSplit(line, in: range)
    if !head.isEmpty { noteHead(split) }
    let isFirst = items.isEmpty && head.isEmpty && !hasWords
    let isTagEnd = line[end] == UInt8(ascii: "]") || line[end] == UInt8(ascii: "|")
    if isFirst && isTagEnd && range.allSatisfy({ line[$0].isWord }) {
      tag = range
      lastCell = range
    } else if split != nil && line[end] == UInt8(ascii: "]") {
      // `[train] loss=0.3 [val] loss=0.4`
      tag = range
    } else if isFirst && line[end] == UInt8(ascii: "|") {
      lastCell = range
    }
    note(split)
  }

  /// `loss nan`
  private func endsInWordNumber(_ line: LineBytes, _ range: Range<Int>) -> Bool {
    let start = range.upperBound - 3
    return start > range.lowerBound && line[start - 1].isBlank
      || line[start - 1] == UInt8(ascii: "-")
      ? ConsoleNumber.read(line, start) != nil : false
  }

  /// `loss 0.25`, also several of them; false where the text is anything else.
  private mutating func takeUnsigned(_ line: LineBytes, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    let before = items.count
    while index < range.upperBound {
      let start = index
      var (end, number) = (index, ConsoleValue?.none)
      while index < range.upperBound {
        index = line.afterBlanks(index)
        if index > start, isNumberStart(line, index) {
          number = ConsoleValue.read(line, index, hasPair: false)
          break
        }
        while index < range.upperBound && !line[index].isBlank { index += 1 }
        end = index
      }
      guard let number, number.kind == .number, number.end <= range.upperBound, end > start else {
        break
      }
      let name = line.trimmed(start..<end)
      if name.isEmpty || !line[name.lowerBound].isLetter { break }
      add(line, name, number, index..<number.end, isUnsigned: true)
      index = line.afterBlanks(number.end)
    }
    return items.count > before
  }

  private func isNumberStart(_ line: LineBytes, _ index: Int) -> Bool {
    switch line[index] {
    case 48...57: true
    case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): line[index + 1].isDigit
    case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "i"), UInt8(ascii: "I"):
      ConsoleNumber.read(line, index) != nil
    default: false
    }
  }

  /// A bar: of a progress bar, of a table, or between values.
  mutating func bar(_ line: LineBytes, _ index: Int) -> Int {
    if line[index - 1] == UInt8(ascii: "%"), let end = progressBar(line, index) {
      group = nil
      candidate = nil
      begin(end)
      return end
    }
    if !takeCell(line, index) { close(line, index) }
    cell += 1
    group = nil
    candidate = nil
    begin(index + 1)
    return index + 1
  }

  /// `|  loss  | 0.5  |`
  private mutating func takeCell(_ line: LineBytes, _ index: Int) -> Bool {
    guard cell == 2, let name = lastCell, line[line.afterBlanks(start)] == UInt8(ascii: "|"),
      line.afterBlanks(index + 1) >= line.count
    else { return false }
    let first = line.afterBlanks(segment)
    guard let value = ConsoleValue.read(line, first, hasPair: false),
      line.afterBlanks(value.end) == index
    else { return false }
    tag = nil
    if let unit = ConsoleWords.unit(ofName: name, in: line), value.isWhole {
      return head.take(unit, value.value)
    }
    add(line, name, value, first..<value.end)
    return true
  }

  mutating func openParenthesis(_ line: LineBytes, _ index: Int) -> Int {
    let before = segment >= index ? index..<index : line.trimmed(segment..<index)
    let stop = (index + 1..<index + 80).first { line[$0] == 0x28 || line[$0] == 0x29 } ?? index
    if !before.isEmpty && line[stop] == UInt8(ascii: ")") {
      let next = line.afterBlanks(stop + 1)
      let isSign =
        line[next] == UInt8(ascii: ":")
        || (line[next] == UInt8(ascii: "=") && line[next + 1] != UInt8(ascii: "="))
      // `raw_loss (full batch loss): 0.72`
      if isSign { return stop + 1 }
      // `Epoch(train) [1][10/100]`
      if let unit = ConsoleWords.unit(ofName: before, in: line), parentheses == 0,
        let end = progress(line, unit, next)
      {
        noteHead(ConsoleWords.firstSplit(line, in: index..<stop))
        begin(end)
        return end
      }
    }
    let count = items.count
    close(line, index)
    parentheses += 1
    if items.count > count || (before.isEmpty && items.last?.text.upperBound == segment) {
      owner = items.last?.name
    } else {
      owner = before.isEmpty ? nil : before
    }
    begin(index + 1)
    return index + 1
  }

  mutating func openBracket(_ line: LineBytes, _ index: Int) -> Int {
    let before = segment >= index ? index..<index : line.trimmed(segment..<index)
    if before.isEmpty {
      if !head.isEmpty && head.batch == nil, let end = batches(line, index) {
        begin(end)
        return end
      }
    } else if parentheses == 0, let unit = ConsoleWords.unit(ofName: before, in: line),
      let end = progress(line, unit, index)
    {
      begin(end)
      return end
    }
    close(line, index)
    begin(index + 1)
    return index + 1
  }

  /// Numbers in brackets, with or without names; nil where anything else stands there. Whole
  /// numbers in parentheses are a shape and no figures.
  mutating func list(_ line: LineBytes, _ open: Int) -> ConsoleValue? {
    let close: UInt8 = line[open] == UInt8(ascii: "[") ? 0x5D : 0x29
    let first = elements.count
    var index = line.afterBlanks(open + 1)
    var isShape = close == 0x29
    while line[index] != close {
      if line.starts(index, with: "...") {
        index += 3
      } else if let element = element(line, &index), elements.count - first < 64 {
        addElement(element.element)
        isShape = isShape && element.isWhole
      } else {
        dropElements(to: first)
        return nil
      }
      index = line.afterBlanks(index)
      if line[index] == UInt8(ascii: ",") || line[index] == UInt8(ascii: ";") {
        index = line.afterBlanks(index + 1)
      }
    }
    let found = first..<elements.count
    if found.isEmpty || isShape {
      dropElements(to: first)
      return nil
    }
    var value = ConsoleValue(kind: .list, end: index + 1, elements: found)
    if found.count == 1 && elements[first].name.isEmpty {
      value.kind = .number
      value.value = elements[first].value
    }
    return value
  }

  private func element(
    _ line: LineBytes, _ index: inout Int
  ) -> (element: ConsoleElement, isWhole: Bool)? {
    var name = index..<index
    if !isNumberStart(line, index) {
      var end = index
      while line[end].isWord || (line[end] == UInt8(ascii: ".") && line[end + 1].isWord)
        || "/-'\"".utf8.contains(line[end])
      {
        end += 1
      }
      if end == index || (line[end] != UInt8(ascii: ":") && line[end] != UInt8(ascii: "=")) {
        return nil
      }
      name = line.trimmed(index..<end)
      index = line.afterBlanks(end + 1)
    }
    guard let number = ConsoleNumber.read(line, index) else { return nil }
    index = number.end
    var value = number.value
    if line[index] == UInt8(ascii: "%") {
      value /= 100
      index += 1
    }
    let next = line[index]
    if next.isWord || "./=:+-".utf8.contains(next) { return nil }
    return (ConsoleElement(name: name, value: value), number.isWhole)
  }
}
