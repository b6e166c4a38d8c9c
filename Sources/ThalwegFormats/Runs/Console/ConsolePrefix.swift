/// What loggers and launchers write before a line: date, time, level, logger, rank.
struct ConsolePrefix {
  enum Level {
    case warning, error
  }

  /// Where the line itself begins, its indentation included.
  private(set) var end = 0
  private(set) var level: Level?
  /// Which of several processes printed the line.
  private(set) var rank: Int?
  /// Whether the rank is a mere number, which may count something else.
  private(set) var isBareRank = false
  private let line: LineBytes
  /// Where the part that was taken last ends, before what separates it from the next.
  private var partEnd = 0

  /// Nothing stands before the line.
  init(nothingBefore line: LineBytes) { self.line = line }

  init(_ line: LineBytes) {
    self.line = line
    // More parts than any logger writes.
    for _ in 0..<8 {
      let start = line.afterBlanks(end)
      if end == 0 && start > 1 { break }
      guard let reach = part(start) else { break }
      partEnd = reach
      end = afterSeparator(reach)
    }
  }

  /// One blank belongs to the separator; more of them are indentation.
  private func afterSeparator(_ start: Int) -> Int {
    var index = line.afterBlanks(start)
    switch line[index] {
    case UInt8(ascii: "-"), UInt8(ascii: "|"), UInt8(ascii: ":"):
      // A number below zero, and a bar that begins a table.
      if line[index + 1].isDigit { return start + 1 }
      index += 1
    case UInt8(ascii: ">") where line[index + 1] == UInt8(ascii: ">"): index += 2
    case 0: return index
    default: index = start
    }
    return line[index].isBlank ? index + 1 : index
  }

  private mutating func part(_ start: Int) -> Int? {
    switch line[start] {
    case UInt8(ascii: "["), UInt8(ascii: "("): return bracket(start)
    case 48...57: return ConsoleClock.end(line, start) ?? (end == 0 ? rank(start) : nil)
    case 65...90:
      if let reach = takeLevel(start..<min(start + 12, line.count), anyCase: false) { return reach }
      if end == 0, let reach = glog(start) ?? ConsoleClock.endOfMonthDay(line, start) {
        return reach
      }
    default: break
    }
    if end > 0 { return stream(start) ?? logger(start) }
    if line[start] == UInt8(ascii: "w") && line.starts(start, with: "wandb: ") { return start + 5 }
    if line[start] | 0x20 == UInt8(ascii: "r") && line.starts(start, with: "rank") {
      let number = line.afterBlanks(start + 4)
      let reach = line.afterDigits(number)
      if reach > number && line[reach] == UInt8(ascii: ":") { return takeRank(reach) }
    }
    return nil
  }

  /// The digits before `end` are the rank.
  private mutating func takeRank(_ end: Int, isBare: Bool = false, then reach: Int? = nil) -> Int {
    var start = end
    while start > 0 && line[start - 1].isDigit { start -= 1 }
    if let number = ConsoleNumber.read(line, start), number.value < 1e6 {
      (rank, isBareRank) = (Int(number.value), isBare)
    }
    return reach ?? end
  }

  /// `0: `, as srun writes it.
  private mutating func rank(_ start: Int) -> Int? {
    let reach = line.afterDigits(start)
    let isRank =
      reach - start <= 4 && line[reach] == UInt8(ascii: ":") && line[reach + 1].isBlank
    return isRank ? takeRank(reach, isBare: true) : nil
  }

  /// `I1115 08:28:01.123456 12345 train.py:120]`
  private func glog(_ start: Int) -> Int? {
    guard "IWEF".utf8.contains(line[start]), line.afterDigits(start + 1) == start + 5,
      line[start + 5] == UInt8(ascii: " "), ConsoleClock.endOfTime(line, start + 6) != nil
    else { return nil }
    return (start..<start + 120).first { line[$0] == UInt8(ascii: "]") }.map { $0 + 1 }
  }

  private mutating func bracket(_ start: Int) -> Int? {
    let close: UInt8 = line[start] == UInt8(ascii: "[") ? 0x5D : 0x29
    let inside = start + 1
    guard let stop = (inside..<inside + 100).first(where: { line[$0] == close }) else { return nil }
    let range = line.trimmed(inside..<stop)
    if range.isEmpty { return nil }
    let low = range.lowerBound
    if ConsoleClock.end(line, low) != nil || ConsoleClock.endOfMonthDay(line, low) != nil
      || ConsoleClock.endOfDayAndTime(line, low) != nil || line.contains("pid=", in: range)
      || line.contains(".py:", in: range)
      || takeLevel(range, anyCase: true) != nil
    {
      return stop + 1
    }
    let isRanked = line[range.upperBound - 1].isDigit && hasRankWord(low)
    let isBare = line.afterDigits(low) == stop
    if (isRanked || isBare) && line[stop + 1] == UInt8(ascii: ":")
      || isRanked && line[stop + 1].isBlank
    {
      return takeRank(range.upperBound, isBare: isBare, then: stop + 1)
    }
    // `[1,0]<stdout>:`
    if line[stop + 1] == UInt8(ascii: "<") {
      _ = takeRank(range.upperBound)
      return (stop..<stop + 12).first { line[$0] == UInt8(ascii: ">") }.map { $0 + 1 }
    }
    // `[name][INFO]`
    if end > 0 && line[stop + 1] == UInt8(ascii: "[") {
      let next = stop + 2
      let reach = (next..<next + 12).first { line[$0] == UInt8(ascii: "]") } ?? next
      if takeLevel(next..<reach, anyCase: true) != nil { return stop + 1 }
    }
    return nil
  }

  /// `[rank0]`, `[GPU0]`, and `[default0]` of torchrun, which writes the role of the process.
  private func hasRankWord(_ start: Int) -> Bool {
    line.starts(start, with: "rank") || line.starts(start, with: "gpu")
      || line.starts(start, with: "default")
      || line.starts(start, with: "trainer") || line.starts(start, with: "worker")
  }

  private mutating func takeLevel(_ range: Range<Int>, anyCase: Bool) -> Int? {
    var index = range.lowerBound
    while index < range.upperBound && line[index].isLetter { index += 1 }
    let word = range.lowerBound..<index
    if word.count < 4 || word.count > 8 || line[index].isWord { return nil }
    if !anyCase && word.contains(where: { line[$0] | 0x20 == line[$0] }) { return nil }
    switch line[index] {
    case 0, 9, 32, UInt8(ascii: ":"), UInt8(ascii: "|"), UInt8(ascii: "]"), UInt8(ascii: "-"): break
    default: return nil
    }
    if line.equals(word, "warning") || line.equals(word, "warn") {
      level = .warning
    } else if line.equals(word, "error") || line.equals(word, "critical")
      || line.equals(word, "fatal")
    {
      level = .error
    } else if !(line.equals(word, "info") || line.equals(word, "debug")
      || line.equals(word, "trace") || line.equals(word, "notice")
      || line.equals(word, "success"))
    {
      return nil
    }
    return index
  }

  /// `stdout F`, as Kubernetes writes behind the time: the stream, and whether the line is whole.
  private func stream(_ start: Int) -> Int? {
    let isStream = line.starts(start, with: "stdout ") || line.starts(start, with: "stderr ")
    let isMarked = line[start + 7] == UInt8(ascii: "F") || line[start + 7] == UInt8(ascii: "P")
    return isStream && isMarked && line[start + 8].isBlank ? start + 8 : nil
  }

  /// A name behind a date or a level: `root:`, `__main__ - `, `trainer |`.
  private func logger(_ start: Int) -> Int? {
    var index = start
    var hasPoint = line[start] == UInt8(ascii: "_")
    while line[index].isWord || "./<>:".utf8.contains(line[index]) {
      if line[index] == UInt8(ascii: ".") { hasPoint = true }
      if line[index] == UInt8(ascii: ":") {
        // `INFO:root:` and `src.train: `, but not `loss: `.
        let isTight = line[start - 1] == UInt8(ascii: ":") && start == partEnd + 1
        if (isTight && !line[index + 1].isDigit) || (hasPoint && line[index + 1].isBlank) {
          return index > start ? index : nil
        }
        if !line[index + 1].isWord { return nil }
      }
      index += 1
    }
    let next = line.afterBlanks(index)
    let isEnd =
      (line[next] == UInt8(ascii: "-") || line[next] == UInt8(ascii: "|"))
      && line[next + 1].isBlank && next > index
    let isNamed = index > start && line[start].isWord && !line[start].isDigit
    return isEnd && isNamed && ConsoleWords.split(line, start..<index) == nil ? index : nil
  }
}
