import ThalwegRecord

/// Words that say how far training is, and on which data.
enum ConsoleWords {
  enum Unit {
    case epoch, step, batch
  }

  /// What the word counts; nil: it counts nothing of training.
  static func unit(_ line: LineBytes, _ word: Range<Int>) -> Unit? {
    switch line[word.lowerBound].lowercased {
    case UInt8(ascii: "e"):
      if line.equals(word, "epoch") || line.equals(word, "ep") { return .epoch }
    case UInt8(ascii: "s"): if line.equals(word, "step") { return .step }
    case UInt8(ascii: "i"):
      if line.equals(word, "iter") || line.equals(word, "iteration") { return .step }
      if line.equals(word, "it") { return .step }
    case UInt8(ascii: "u"):
      if line.equals(word, "update") || line.equals(word, "updates") { return .step }
    case UInt8(ascii: "b"): if line.equals(word, "batch") { return .batch }
    default: break
    }
    return nil
  }

  /// What a name counts: its last word does, and no other word of it says otherwise.
  static func unit(ofName name: Range<Int>, in line: LineBytes) -> Unit? {
    switch line[name.upperBound - 1].lowercased {
    // The last letters of the words that count.
    case UInt8(ascii: "h"), UInt8(ascii: "p"), UInt8(ascii: "r"), UInt8(ascii: "n"),
      UInt8(ascii: "t"), UInt8(ascii: "e"), UInt8(ascii: "s"):
      break
    default: return nil
    }
    var low = name.upperBound
    while low > name.lowerBound && line[low - 1].isLetter { low -= 1 }
    if low == name.upperBound { return nil }
    guard let unit = unit(line, low..<name.upperBound) else { return nil }
    var index = name.lowerBound
    while index < low {
      let start = index
      while index < low && line[index].isLetter { index += 1 }
      if index == start {
        if !(line[index].isBlank || "_-/".utf8.contains(line[index])) { return nil }
        index += 1
      } else if !isNeutral(line, start..<index) {
        return nil
      }
    }
    return unit
  }

  /// Words before one that counts that leave its meaning.
  static func isNeutral(_ line: LineBytes, _ word: Range<Int>) -> Bool {
    if split(line, word) != nil { return true }
    return line.equals(word, "global") || line.equals(word, "current") || line.equals(word, "cur")
      || line.equals(word, "num") || line.equals(word, "trainer")
      || line.equals(word, "optimizer") || line.equals(word, "opt")
  }

  /// `cuda:0`, `localhost:6006`: what stands behind the colon is no figure.
  static func isPlace(_ line: LineBytes, _ name: Range<Int>) -> Bool {
    line.equals(name, "cuda") || line.equals(name, "gpu") || line.equals(name, "npu")
      || line.equals(name, "xpu") || line.equals(name, "localhost")
  }

  /// Whether a name begins as a sentence does that tells of a start: `Starting run 2 with lr`.
  static func beginsSentence(_ line: LineBytes, _ name: Range<Int>) -> Bool {
    if name.count < 12 { return false }
    let start = name.lowerBound
    switch line[start].lowercased {
    case UInt8(ascii: "s"): return line.starts(start, with: "start")
    case UInt8(ascii: "b"): return line.starts(start, with: "begin")
    case UInt8(ascii: "l"):
      return line.starts(start, with: "launching") || line.starts(start, with: "loaded")
    case UInt8(ascii: "r"):
      return line.starts(start, with: "resum") || line.starts(start, with: "restor")
        || line.starts(start, with: "running ")
    case UInt8(ascii: "t"): return line.starts(start, with: "training ")
    default: return false
    }
  }

  /// `in batch 3`
  static func isPreposition(_ line: LineBytes, _ start: Int) -> Bool {
    line.starts(start, with: "in ") || line.starts(start, with: "at ")
      || line.starts(start, with: "on ") || line.starts(start, with: "for ")
  }

  static func split(_ line: LineBytes, _ word: Range<Int>) -> Split? {
    switch line[word.lowerBound].lowercased {
    case UInt8(ascii: "t"):
      if line.equals(word, "train") || line.equals(word, "training") { return .training }
      if line.equals(word, "test") || line.equals(word, "testing") { return .test }
    case UInt8(ascii: "v"):
      if line.equals(word, "val") || line.equals(word, "valid")
        || line.equals(word, "validation") || line.equals(word, "validating")
        || line.equals(word, "validate")
      {
        return .validation
      }
    case UInt8(ascii: "e"):
      if line.equals(word, "eval") || line.equals(word, "evaluation")
        || line.equals(word, "evaluating") || line.equals(word, "evaluate")
      {
        return .validation
      }
    case UInt8(ascii: "d"): if line.equals(word, "dev") { return .validation }
    default: break
    }
    return nil
  }

  /// `Evaluating...`, `***** Running Evaluation *****`: the data that the lines below are about;
  /// nil where the range is no such heading.
  static func titleSplit(_ line: LineBytes, in range: Range<Int>) -> Split? {
    var found: Split?
    var (index, words) = (range.lowerBound, 0)
    while index < range.upperBound {
      let first = index
      while index < range.upperBound && line[index].isLetter { index += 1 }
      if index == first {
        if line[index].isDigit { return nil }
        index += 1
        continue
      }
      words += 1
      if words > 6 { return nil }
      let word = first..<index
      if let split = split(line, word) {
        // `Train/val split`
        if found == .training && split != .training { return nil }
        if found == nil || split != .training { found = split }
      } else if !isOfTitle(line, word) {
        return nil
      }
    }
    return found
  }

  /// Words beside the data in a heading; any other one makes it a sentence.
  private static func isOfTitle(_ line: LineBytes, _ word: Range<Int>) -> Bool {
    let words: [StaticString] = [
      "results", "result", "metrics", "summary", "performance", "set", "phase", "mode", "loop",
      "running", "starting", "on", "the", "model", "network", "policy", "data", "dataset",
    ]
    return words.contains { line.equals(word, $0) }
  }

  /// The first word of the range that names a kind of data.
  static func firstSplit(_ line: LineBytes, in range: Range<Int>) -> Split? {
    var index = range.lowerBound
    while index < range.upperBound {
      let start = index
      while index < range.upperBound && line[index].isWord { index += 1 }
      if index == start {
        index += 1
      } else if let split = split(line, start..<index) {
        return split
      }
    }
    return nil
  }
}
