import ThalwegRecord

/// Heads that say how far training is: `Epoch 3/200:`, `[Batch  275/827]`, `Epoch: [0][ 10/5005]`.
extension ConsoleScanner {
  /// What a piece may begin with; gives where the rest begins.
  mutating func lead(_ line: LineBytes, _ first: Int) -> Int {
    var index = first
    while index < line.count && line[index].isDecoration { index += 1 }
    if line[index].isDigit, let end = fraction(line, index), line[end].isBlank { return end }
    guard line[index] == UInt8(ascii: "[") else { return index }
    let inside = line.afterBlanks(index + 1)
    guard line[inside].isDigit, let number = ConsoleNumber.read(line, inside), number.isWhole
    else { return index }
    var next = line.afterBlanks(number.end)
    if line[next] == UInt8(ascii: "/"), let end = fraction(line, inside) {
      next = line.afterBlanks(end)
      if line[next] != UInt8(ascii: "]") { return index }
      let batch = head
      // `[0/5][50/1583]`: epoch and batch.
      head = ConsoleHead(epoch: batch.batch.map(Double.init), epochs: batch.batches)
      if line[next + 1] == UInt8(ascii: "["), let end = batches(line, next + 1) { return end }
      head = batch
      return next + 1
    }
    // `[1,  2000] loss: 2.2`: epoch and batch.
    if line[next] == UInt8(ascii: ",") {
      let start = line.afterBlanks(next + 1)
      guard let batch = ConsoleNumber.read(line, start), batch.isWhole,
        line[batch.end] == UInt8(ascii: "]"), line[batch.end + 1].isBlank,
        head.take(.epoch, number.value), head.take(.batch, batch.value)
      else { return index }
      return batch.end + 1
    }
    // `[100] loss=0.3`
    let isStep = line[next] == UInt8(ascii: "]") && line[next + 1].isBlank
    return isStep && head.take(.step, number.value) ? next + 1 : index
  }

  /// `100/500`, batches of an epoch.
  private mutating func fraction(_ line: LineBytes, _ start: Int) -> Int? {
    guard let number = ConsoleNumber.read(line, start), number.isWhole else { return nil }
    let slash = line.afterBlanks(number.end)
    guard line[slash] == UInt8(ascii: "/"),
      let total = ConsoleNumber.read(line, line.afterBlanks(slash + 1)), total.isWhole,
      number.value <= total.value, ConsoleUnit.isEnd(line, total.end),
      head.take(.batch, number.value, total.value)
    else { return nil }
    return total.end
  }

  /// Takes heads off both ends of a name or a loose text.
  mutating func takeHeads(_ line: LineBytes, _ name: inout Range<Int>) {
    if line[name.lowerBound].isDigit && !head.isEmpty && head.batch == nil,
      let end = fraction(line, name.lowerBound), end <= name.upperBound
    {
      name = line.trimmed(end..<name.upperBound)
    }
    let isAllowed = parentheses == 0 && (!head.isEmpty || !items.isEmpty || isFirst(line, name))
    if !isAllowed { return }
    while !name.isEmpty, let end = headEnd(line, name) {
      name = line.trimmed(end..<name.upperBound)
      if !name.isEmpty && line[name.lowerBound].isDigit && head.batch == nil,
        let end = fraction(line, name.lowerBound), end <= name.upperBound
      {
        name = line.trimmed(end..<name.upperBound)
      }
    }
    takeTail(line, &name)
  }

  /// Whether nothing but decoration, brackets and a tag stands before the name.
  private func isFirst(_ line: LineBytes, _ name: Range<Int>) -> Bool {
    var index = name.lowerBound
    while index > start {
      index -= 1
      if line[index].isWord && tag?.contains(index) != true { return false }
    }
    return true
  }

  /// The end of the head that the range begins with, which is taken.
  private mutating func headEnd(_ line: LineBytes, _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    var split: Split?
    // Words before the one that counts, as in `Train Epoch 3`.
    for _ in 0..<3 {
      let start = index
      while index < range.upperBound && line[index].isLetter { index += 1 }
      let word = start..<index
      if word.isEmpty || word.count > 12 { return nil }
      if let unit = ConsoleWords.unit(line, word) {
        // `step2` is a name, `epoch3` hardly is.
        if line[index].isDigit && unit != .epoch { return nil }
        guard let end = count(line, unit, index, limit: range.upperBound) else { return nil }
        noteHead(split)
        return end
      }
      if !ConsoleWords.isNeutral(line, word) { return nil }
      split = split ?? ConsoleWords.split(line, word)
      while index < range.upperBound && (line[index].isBlank || line[index] == UInt8(ascii: "_")) {
        index += 1
      }
    }
    return nil
  }

  /// `3`, `#3`, `3/200`, `3 of 200` behind a word that counts.
  private mutating func count(
    _ line: LineBytes, _ unit: ConsoleWords.Unit, _ start: Int, limit: Int
  ) -> Int? {
    var index = line.afterBlanks(start)
    if line[index] == UInt8(ascii: "#") || line[index] == UInt8(ascii: "[") {
      index = line.afterBlanks(index + 1)
    }
    guard line[index].isDigit, let number = ConsoleNumber.read(line, index),
      number.end <= limit, number.isWhole || unit == .epoch,
      ConsoleUnit.isEnd(line, number.end)
        || line[number.end] == UInt8(ascii: "/")
    else { return nil }
    var (end, total) = (number.end, Double?.none)
    let next = line.afterBlanks(end)
    let isOf = line.starts(next, with: "of ") && line[line.afterBlanks(next + 3)].isDigit
    if line[next] == UInt8(ascii: "/") || isOf,
      let whole = ConsoleNumber.read(line, line.afterBlanks(next + (isOf ? 3 : 1))),
      whole.isWhole, whole.end <= limit
    {
      (end, total) = (whole.end, whole.value)
    }
    return head.take(unit, number.value, total) ? end : nil
  }

  /// `Loss at step 100`
  private mutating func takeTail(_ line: LineBytes, _ name: inout Range<Int>) {
    if name.isEmpty || !line[name.upperBound - 1].isDigit { return }
    var low = name.upperBound
    while low > name.lowerBound && line[low - 1].isDigit { low -= 1 }
    let digits = low..<name.upperBound
    while low > name.lowerBound && line[low - 1].isBlank { low -= 1 }
    if low == digits.lowerBound { return }
    let wordEnd = low
    while low > name.lowerBound && line[low - 1].isLetter { low -= 1 }
    guard low < wordEnd, let unit = ConsoleWords.unit(line, low..<wordEnd) else { return }
    var rest = line.trimmed(name.lowerBound..<low)
    let before: [StaticString] = [" at", " after", " for", " in", " @"]
    guard
      let word = before.first(where: {
        rest.count > $0.utf8CodeUnitCount
          && line.starts(rest.upperBound - $0.utf8CodeUnitCount, with: $0)
      }), let number = ConsoleNumber.read(line, digits.lowerBound),
      head.take(unit, number.value)
    else { return }
    rest = line.trimmed(rest.lowerBound..<rest.upperBound - word.utf8CodeUnitCount)
    name = rest
    // `Validation @ step 510:`
    noteHead(ConsoleWords.split(line, rest))
  }

  /// The count behind `epoch=` or `Epoch: [`; gives where it ends.
  mutating func progress(_ line: LineBytes, _ unit: ConsoleWords.Unit, _ start: Int) -> Int? {
    let isBracket = line[start] == UInt8(ascii: "[")
    var index = isBracket ? line.afterBlanks(start + 1) : start
    let quote: UInt8? =
      line[index] == UInt8(ascii: "'") || line[index] == UInt8(ascii: "\"") ? line[index] : nil
    if quote != nil { index += 1 }
    guard var end = count(line, unit, index, limit: line.count) else { return nil }
    if line[end] == quote { end += 1 }
    if isBracket {
      end = line.afterBlanks(end)
      return line[end] == UInt8(ascii: "]") ? end + 1 : nil
    }
    return end
  }

  /// `[640/60000 (1%)]` behind an epoch.
  mutating func batches(_ line: LineBytes, _ bracket: Int) -> Int? {
    let start = line.afterBlanks(bracket + 1)
    if !line[start].isDigit { return nil }
    guard let end = fraction(line, start) else { return nil }
    // With a percentage these are samples, which lie in order as batches do.
    if line[line.afterBlanks(end)] == UInt8(ascii: "(") { head.batches = nil }
    return (end..<end + 16).first { line[$0] == UInt8(ascii: "]") }.map { $0 + 1 }
  }

  /// `Test: [48/48]` and `Train: 0 [50/1251 (4%)]`, data with its batches and perhaps an epoch;
  /// gives where they end.
  mutating func dataHead(_ line: LineBytes, _ name: Range<Int>, _ start: Int) -> Int? {
    var wordEnd = name.lowerBound
    while wordEnd < name.upperBound && line[wordEnd].isLetter { wordEnd += 1 }
    if wordEnd == name.lowerBound { return nil }
    let rest = line.afterBlanks(wordEnd)
    // `Test (EMA)`
    let isData = rest >= name.upperBound || line[rest] == UInt8(ascii: "(")
    guard isData, let split = ConsoleWords.split(line, name.lowerBound..<wordEnd) else {
      return nil
    }
    var bracket = start
    if line[start].isDigit {
      guard let epoch = ConsoleNumber.read(line, start), epoch.isWhole,
        head.take(.epoch, epoch.value)
      else { return nil }
      bracket = line.afterBlanks(epoch.end)
    }
    guard line[bracket] == UInt8(ascii: "["), let end = batches(line, bracket) else {
      head = ConsoleHead()
      return nil
    }
    noteHead(split)
    return end
  }

  /// `45%|####    | 100/222 [00:10<00:12`: gives where the count ends; nil: it is no such bar.
  mutating func progressBar(_ line: LineBytes, _ bar: Int) -> Int? {
    guard let close = (bar + 1..<bar + 600).first(where: { line[$0] == UInt8(ascii: "|") })
    else { return nil }
    let start = line.afterBlanks(close + 1)
    guard let number = ConsoleNumber.read(line, start), number.isWhole,
      line[number.end] == UInt8(ascii: "/"),
      let total = ConsoleNumber.read(line, number.end + 1), head.take(.batch, number.value)
    else { return nil }
    noteHead(split)
    isBar = true
    return total.end
  }
}
