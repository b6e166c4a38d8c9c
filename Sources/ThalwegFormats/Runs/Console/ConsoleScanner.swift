import ThalwegRecord

/// Finds in a piece of a line the values that it names, and how far it says training is.
///
/// A name is what stands between a boundary (a bar, a comma, a bracket, the value before) and the
/// sign `=` or `:`.
struct ConsoleScanner {
  var items: [ConsoleItem] = []
  private(set) var elements: [ConsoleElement] = []
  var head = ConsoleHead()
  /// Names with words behind them; kept where settings are looked for.
  private(set) var texts: [(name: Range<Int>, text: Range<Int>)] = []
  /// Whether there are words that belong to no value.
  private(set) var hasWords = false
  /// `name:` and nothing else.
  private(set) var heading: Range<Int>?
  /// Whether progress was said with a sign, as a setting would be.
  private(set) var isSigned = false
  /// `[batch=5/1000]:` and nothing else.
  private(set) var isHeadline = false
  /// Whether a progress bar stands in the piece.
  var isBar = false
  /// Data that words without a value speak of.
  private(set) var split: Split?
  /// Whether there is a number that belongs to nothing; times and rates do not count.
  private(set) var hasUnread = false

  /// More values than that are not taken from one piece.
  static let itemLimit = 4096

  // Where the reading stands; set anew for each piece.
  var segment = 0
  var hasDigit = false
  var cell = 0
  var parentheses = 0
  /// The name that the open parentheses follow.
  var owner: Range<Int>?
  var group: Range<Int>?
  /// A name with a colon, until it is known whether values follow.
  var candidate: Range<Int>?
  var candidateEnd = 0
  var tag: Range<Int>?
  var start = 0
  private var keepsTexts = false
  private var isOfFairseq = false
  /// A kind of data that a name began with, which names behind it may lack.
  private var leading: (word: Range<Int>, cell: Int)?

  mutating func scan(_ line: LineBytes, from start: Int, keepsTexts: Bool) {
    reset(start)
    self.keepsTexts = keepsTexts
    var index = lead(line, line.afterBlanks(start))
    segment = index
    while index < line.count {
      switch line[index] {
      case 48...57:
        hasDigit = true
        index += 1
      case UInt8(ascii: "="): index = equalsSign(line, index)
      case UInt8(ascii: ":"): index = colon(line, index)
      case UInt8(ascii: "|"):
        index = bar(line, index)
      case UInt8(ascii: ","), UInt8(ascii: ";"), 9:
        close(line, index)
        begin(index + 1)
        index += 1
      case ConsoleText.arrow: index = arrow(line, index, length: 1)
      case UInt8(ascii: "-") where line[index + 1] == UInt8(ascii: ">"):
        index = arrow(line, index, length: 2)
      case UInt8(ascii: "-"):
        // ` - ` between values.
        if line[index + 1].isBlank && line[index - 1].isBlank {
          close(line, index)
          begin(index + 1)
        }
        index += 1
      case UInt8(ascii: "("): index = openParenthesis(line, index)
      case UInt8(ascii: "["), UInt8(ascii: "{"): index = openBracket(line, index)
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        close(line, index)
        begin(index + 1)
        if line[index] == UInt8(ascii: ")") {
          parentheses = max(0, parentheses - 1)
          owner = nil
        }
        index += 1
      default: index += 1
      }
      if items.count >= ConsoleScanner.itemLimit { break }
    }
    close(line, line.count)
    settle(line)
  }

  private mutating func reset(_ start: Int) {
    items.removeAll(keepingCapacity: true)
    elements.removeAll(keepingCapacity: true)
    if !texts.isEmpty { texts.removeAll(keepingCapacity: true) }
    head = ConsoleHead()
    hasWords = false
    hasUnread = false
    heading = nil
    isSigned = false
    isHeadline = false
    isBar = false
    split = nil
    cell = 0
    parentheses = 0
    owner = nil
    group = nil
    candidate = nil
    tag = nil
    isOfFairseq = false
    leading = nil
    self.start = start
    begin(start)
  }

  /// A new name may begin at `index`.
  mutating func begin(_ index: Int) {
    segment = index
    hasDigit = false
  }

  /// A count of steps or batches alone is no progress where other words stand beside it, as in
  /// `Step 1: load the data`.
  private mutating func settle(_ line: LineBytes) {
    if isOfFairseq {
      // It prints percent without the sign.
      for index in items.indices where line.equals(items[index].name, "clip") {
        items[index].value.unit = .percent
        items[index].value.value /= 100
      }
    }
    if head.epoch == nil && items.isEmpty && hasWords { head = ConsoleHead() }
  }

  /// An arrow, perhaps within the value before it: `lr 3e-4 -> 2e-4`.
  private mutating func arrow(_ line: LineBytes, _ index: Int, length: Int) -> Int {
    close(line, index)
    let next = max(index + length, items.last?.text.upperBound ?? 0)
    begin(next)
    return next
  }

  private mutating func equalsSign(_ line: LineBytes, _ index: Int) -> Int {
    switch line[index + 1] {
    case UInt8(ascii: "="), UInt8(ascii: ">"):
      var end = index + 1
      while line[end] == UInt8(ascii: "=") || line[end] == UInt8(ascii: ">") { end += 1 }
      close(line, index)
      begin(end)
      return end
    default: break
    }
    switch line[index - 1] {
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "!"): return index + 1
    default: return sign(line, index, isColon: false)
    }
  }

  private mutating func colon(_ line: LineBytes, _ index: Int) -> Int {
    if line[index + 1] == UInt8(ascii: ":") { return index + 2 }
    if line[index + 1] == UInt8(ascii: "/") && line[index + 2] == UInt8(ascii: "/") {
      let end = afterWord(line, index)
      begin(end)
      return end
    }
    return sign(line, index, isColon: true)
  }

  /// Where the next blank or bracket stands.
  private func afterWord(_ line: LineBytes, _ start: Int) -> Int {
    var index = start
    while index < line.count && !line[index].isBlank && !"|)]},;".utf8.contains(line[index]) {
      index += 1
    }
    return index
  }

  /// `=` or `:` at `index`.
  private mutating func sign(_ line: LineBytes, _ index: Int, isColon: Bool) -> Int {
    let after = line.afterBlanks(index + 1)
    var name = line.trimmed(segment..<index)
    if name.isEmpty {
      if isColon && after >= line.count && line[index - 1] == UInt8(ascii: "]") {
        isHeadline = items.isEmpty && head.batches != nil
      }
      begin(index + 1)
      return index + 1
    }
    if hasDigit {
      takeHeads(line, &name)
      if name.isEmpty {
        begin(after)
        return after
      }
    }
    let before = candidate
    let isGrouped = before != nil && segment == candidateEnd
    if isGrouped { group = before }
    candidate = nil
    if items.isEmpty && ConsoleWords.beginsSentence(line, name) { hasWords = true }
    let leads = takeLeads(line, &name)
    name = afterGap(line, name)
    if isColon && after == index + 1 && ConsoleWords.isPlace(line, name) {
      begin(line.afterDigits(after))
      return segment
    }
    if isColon && items.isEmpty && head.isEmpty, let end = dataHead(line, name, after) {
      begin(end)
      return end
    }
    let unit = parentheses == 0 ? ConsoleWords.unit(ofName: name, in: line) : nil
    if let unit, let end = progress(line, unit, after) {
      isSigned = true
      // `Val Epoch: 3`
      if items.isEmpty && head.split == nil {
        noteHead(ConsoleWords.firstSplit(line, in: name))
      }
      begin(afterStroke(line, end))
      return segment
    }
    let hasPair = ConsoleScanner.hasPair(line, name)
    let value =
      line[after] == UInt8(ascii: "[") || line[after] == UInt8(ascii: "(")
      ? list(line, after) : ConsoleValue.read(line, after, hasPair: hasPair)
    // The text behind the group is values, no setting.
    if isGrouped && (value != nil || name.contains { line[$0].isLetter }),
      texts.last?.name == before
    {
      texts.removeLast()
    }
    if let value {
      add(line, name, value, after..<value.end, leads: leads)
      begin(afterStroke(line, value.end))
      return segment
    }
    // `DataLoader 0: 50%|` names something, `1.2 3.4 640: 50%|` does not.
    if line[name.lowerBound].isDigit { noteUnread(line, name) }
    return noValue(line, name, after, isColon: isColon)
  }

  /// `epoch=0/step=20`: the stroke divides.
  private func afterStroke(_ line: LineBytes, _ end: Int) -> Int {
    line[end] == UInt8(ascii: "/") && ConsoleUnit.isName(line, end + 1) ? end + 1 : end
  }

  private mutating func noValue(
    _ line: LineBytes, _ name: Range<Int>, _ after: Int, isColon: Bool
  ) -> Int {
    hasWords = true
    if isColon && after >= line.count {
      if items.isEmpty && head.isEmpty { heading = name }
      begin(after)
      return after
    }
    var end = after
    // Figures that are none: a time, a date, an address.
    if !isColon || line[after].isDigit || line[after] == UInt8(ascii: "/") {
      end = max(afterWord(line, after), after)
    }
    if keepsTexts, let text = shortText(line, after) { texts.append((name, text)) }
    // `1. loss: x` has no letter to be a group by; behind a time the next thing begins.
    let isGroup = isColon && !line[after].isDigit && name.count <= 48
    if isGroup && name.contains(where: { line[$0].isLetter }) {
      candidate = name
      candidateEnd = end
    }
    split = split ?? ConsoleWords.firstSplit(line, in: name)
    begin(end)
    return end
  }

  /// A few words, as the value of a setting; nil: a sentence, or nothing.
  private func shortText(_ line: LineBytes, _ start: Int) -> Range<Int>? {
    var (end, words, depth) = (start, 0, 0)
    scan: while end < line.count && end < start + 200 {
      switch line[end] {
      case UInt8(ascii: "|"): break scan
      case ConsoleText.arrow: return nil
      case UInt8(ascii: ","), UInt8(ascii: ";"): if depth == 0 { break scan }
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case 32: if line[end + 1] != 32 { words += 1 }
      default: break
      }
      end += 1
    }
    let text = line.trimmed(start..<end)
    return text.isEmpty || words > 4 || end == start + 200 ? nil : text
  }

  mutating func add(
    _ line: LineBytes, _ name: Range<Int>, _ value: ConsoleValue, _ text: Range<Int>,
    isUnsigned: Bool = false, leads: Int = 0
  ) {
    var item = ConsoleItem(name: name, cell: cell, value: value, text: text)
    item.isUnsigned = isUnsigned
    item.leads = UInt8(min(leads, 255))
    if let owner, parentheses > 0 {
      item.group = owner
      item.link = .parentheses
    } else if let group {
      item.group = group
      item.link = .group
    } else if let tag {
      item.group = tag
      item.link = .tag
    } else if let leading, leading.cell == cell, !line.hasBlank(name) {
      item.group = leading.word
      item.link = .inherited
    } else if let word = leadingSplit(line, name) {
      leading = (word, cell)
    }
    if name.count == 5 && line.equals(name, "gnorm") { isOfFairseq = true }
    items.append(item)
  }

  /// The first of several words, where it names a kind of data: `Val F1=0.132 SHD=60.0`.
  private func leadingSplit(_ line: LineBytes, _ name: Range<Int>) -> Range<Int>? {
    var end = name.lowerBound
    while line[end].isLetter { end += 1 }
    let word = name.lowerBound..<end
    let isFirst = end < name.upperBound && line[end].isBlank
    return isFirst && ConsoleWords.split(line, word) != nil ? word : nil
  }

  /// Whether nothing but words was found.
  var isProse: Bool { items.isEmpty && head.isEmpty }

  mutating func addElement(_ element: ConsoleElement) { elements.append(element) }
  mutating func dropElements(to count: Int) { elements.removeLast(elements.count - count) }
  mutating func note(_ split: Split?) {
    hasWords = true
    if self.split == nil { self.split = split }
  }
  /// The text of the range belongs to nothing that was taken.
  mutating func noteUnread(_ line: LineBytes, _ range: Range<Int>) {
    if !isBar && hasNumber(line, range) { hasUnread = true }
  }
  /// Words stand right behind the last value.
  mutating func noteTold(_ line: LineBytes, _ range: Range<Int>) {
    guard let end = items.last?.text.upperBound else { return }
    if line.afterBlanks(end) == range.lowerBound { items[items.count - 1].isTold = true }
  }
  mutating func noteHead(_ split: Split?) { if let split { head.split = split } }

  /// The name behind the last wide gap: `cpu   Epochs` ends in `Epochs`.
  private func afterGap(_ line: LineBytes, _ name: Range<Int>) -> Range<Int> {
    var index = name.upperBound - 1
    while index > name.lowerBound + 1 {
      if line[index] == 32 {
        if line[index - 1] == 32 { return index + 1..<name.upperBound }
        index -= 1
      }
      index -= 1
    }
    return name
  }

  /// Whether the last word of the name is as `mean/std`.
  static func hasPair(_ line: LineBytes, _ name: Range<Int>) -> Bool {
    var index = name.upperBound - 1
    while index > name.lowerBound && line[index] != UInt8(ascii: "/") {
      if !line[index].isLetter { return false }
      index -= 1
    }
    if index == name.lowerBound || index == name.upperBound - 1 { return false }
    let words: [StaticString] = ["mean", "avg", "min", "max", "median"]
    return words.contains { word in
      let start = index - word.utf8CodeUnitCount
      return start >= name.lowerBound && line.starts(start, with: word)
        && (start == name.lowerBound || !line[start - 1].isLetter)
    }
  }
}
