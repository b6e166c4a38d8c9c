import ThalwegRecord

/// What ends a name, and what stands between boundaries without a sign.
extension ConsoleScanner {
  /// The text since the last boundary has no sign behind it.
  mutating func close(_ line: LineBytes, _ end: Int) {
    if segment >= end { return }
    var range = line.trimmed(segment..<end)
    if range.isEmpty { return }
    // `Validation: loss 1.8`
    if let before = candidate, segment == candidateEnd,
      ConsoleWords.titleSplit(line, in: before) != nil
    {
      group = before
    }
    candidate = nil
    if hasDigit {
      takeHeads(line, &range)
      if range.isEmpty { return }
      if line[range.lowerBound].isDigit { return noteUnread(line, range) }
      if ConsoleWords.isPreposition(line, range.lowerBound) { noteTold(line, range) }
      if takeUnsigned(line, range) > range.lowerBound { return note(nil) }
      noteUnread(line, range)
    } else if endsInWordNumber(line, range), takeUnsigned(line, range) > range.lowerBound {
      return note(nil)
    }
    if !range.contains(where: { line[$0].isLetter }) { return }
    let split = ConsoleWords.firstSplit(line, in: range)
    if !head.isEmpty { noteHead(split) }
    let isFirst = items.isEmpty && head.isEmpty && !hasWords
    let isTagEnd = line[end] == UInt8(ascii: "]") || line[end] == UInt8(ascii: "|")
    if isFirst && isTagEnd && range.allSatisfy({ line[$0].isWord }) {
      tag = range
    } else if split != nil && line[end] == UInt8(ascii: "]") {
      // `[train] loss=0.3 [val] loss=0.4`
      tag = range
    }
    noteTold(line, range)
    note(split)
  }

  /// `loss nan`
  private func endsInWordNumber(_ line: LineBytes, _ range: Range<Int>) -> Bool {
    let start = range.upperBound - 3
    return start > range.lowerBound && line[start - 1].isBlank
      || line[start - 1] == UInt8(ascii: "-")
      ? ConsoleNumber.read(line, start) != nil : false
  }

  /// Takes off a name the values that stand before it without a sign; gives how many there are.
  mutating func takeLeads(_ line: LineBytes, _ name: inout Range<Int>) -> Int {
    if !line.hasBlank(name) || !hasNumber(line, name, countsMeasures: true) { return 0 }
    let before = items.count
    let rest = line.trimmed(takeUnsigned(line, name)..<name.upperBound)
    if rest.isEmpty || !line[rest.lowerBound].isLetter {
      items.removeLast(items.count - before)
    } else {
      name = rest
    }
    return items.count - before
  }

  /// Whether a number stands in the range by itself.
  /// - Parameter countsMeasures: whether one with the unit of a time or a rate counts.
  func hasNumber(
    _ line: LineBytes, _ range: Range<Int>, countsMeasures: Bool = false
  ) -> Bool {
    var isStart = true
    for index in range {
      if isStart && line[index] | 0x20 < UInt8(ascii: "o") && isNumberStart(line, index),
        let number = ConsoleNumber.read(line, index), number.end <= range.upperBound,
        let unit = ConsoleUnit.read(line, number.end), countsMeasures || unit.kind != .measure
      {
        return true
      }
      isStart = line[index].isBlank
    }
    return false
  }

  /// `loss 0.25`, also several of them; gives where what was taken ends.
  private mutating func takeUnsigned(_ line: LineBytes, _ range: Range<Int>) -> Int {
    var index = range.lowerBound
    var taken = index
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
      guard let number, end > start else { break }
      // `lr 3e-4 -> 2e-4`; the arrow ends the range.
      let isChange = number.kind == .change && number.end > range.upperBound
      let isInside =
        (number.kind == .number || number.kind == .fraction) && number.end <= range.upperBound
      if !isChange && !isInside { break }
      let name = line.trimmed(start..<end)
      if name.isEmpty || !line[name.lowerBound].isLetter { break }
      add(line, name, number, index..<number.end, isUnsigned: true)
      taken = min(number.end, range.upperBound)
      index = line.afterBlanks(number.end)
    }
    return taken
  }

  private func isNumberStart(_ line: LineBytes, _ index: Int) -> Bool {
    switch line[index] {
    case 48...57: true
    case UInt8(ascii: "."): line[index + 1].isDigit
    case UInt8(ascii: "-"), UInt8(ascii: "+"):
      line[index + 1].isDigit
        || (line[index + 1].isLetter && ConsoleNumber.read(line, index) != nil)
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
    close(line, index)
    cell += 1
    group = nil
    candidate = nil
    begin(index + 1)
    return index + 1
  }

  mutating func openParenthesis(_ line: LineBytes, _ index: Int) -> Int {
    let before = segment >= index ? index..<index : line.trimmed(segment..<index)
    if let end = call(line, before) { return end }
    let stop = closing(line, index)
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

  /// `loss tensor(2.3, device='cuda:0')`: the name before the value; gives where that ends.
  private mutating func call(_ line: LineBytes, _ before: Range<Int>) -> Int? {
    let start = before.upperBound - 6
    guard start > before.lowerBound, line.starts(start, with: "tensor("), line[start - 1].isBlank,
      let value = ConsoleValue.read(line, start, hasPair: false), value.kind == .number
    else { return nil }
    var name = line.trimmed(before.lowerBound..<start)
    if hasDigit { takeHeads(line, &name) }
    if name.isEmpty { return nil }
    let leads = takeLeads(line, &name)
    add(line, name, value, start..<value.end, isUnsigned: true, leads: leads)
    begin(value.end)
    return value.end
  }

  /// Where the parenthesis is closed that opens at `open`; `open`: too far away.
  private func closing(_ line: LineBytes, _ open: Int) -> Int {
    var depth = 0
    for index in open..<open + 80 {
      if line[index] == 0x28 { depth += 1 }
      if line[index] == 0x29 { depth -= 1 }
      if depth == 0 { return index }
    }
    return open
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
    value.isBeyondRange = elements[found].contains(where: \.isBeyondRange)
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
    let element = ConsoleElement(name: name, value: value, isBeyondRange: number.isBeyondRange)
    return (element, number.isWhole)
  }
}
