/// Finds the phrases of `ConsoleMarks` in a line.
struct ConsoleMarkFinder {
  /// Of a longer piece only so many names are looked at.
  private static let nameLimit = 64

  private struct Phrase {
    var letters: [UInt8]
    var mark: ConsoleMarks
  }

  /// The phrases, ordered by their first letter.
  private let phrases: [Phrase]
  /// Where those of a letter begin; one place more than letters.
  private let starts: [Int]
  /// By first letter, the second letters of its phrases as bits.
  private let seconds: [UInt32]

  init() {
    let all = ConsoleMarks.phrases.map { phrase, mark in
      Phrase(
        letters: Array(
          UnsafeBufferPointer(start: phrase.utf8Start, count: phrase.utf8CodeUnitCount)),
        mark: mark)
    }
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    let byLetter = letters.map { letter in all.filter { $0.letters[0] == letter } }
    phrases = byLetter.flatMap { $0 }
    starts = byLetter.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    seconds = byLetter.map { phrases in
      phrases.reduce(0) { $0 | ConsoleMarkFinder.bit($1.letters[1]) }
    }
  }

  @inline(__always) private static func bit(_ letter: UInt8) -> UInt32 {
    1 << UInt32(letter & 31)
  }

  /// - Parameter names: what names figures, in which some marks are none: `overflow!=3`.
  func found(
    _ line: LineBytes, from start: Int, names: [ConsoleItem]
  ) -> (marks: ConsoleMarks, warningStart: Int) {
    var marks: ConsoleMarks = []
    var warningStart = line.count
    var wasWord = false
    var index = start
    while index < line.count {
      let letter = line[index].lowercased &- UInt8(ascii: "a")
      let isWord = letter < 26
      if isWord && !wasWord
        && seconds[Int(letter)] & ConsoleMarkFinder.bit(line[index + 1].lowercased) != 0
      {
        for phrase in phrases[starts[Int(letter)]..<starts[Int(letter) + 1]]
        where stands(phrase.letters, line, index) {
          let isOfWords = phrase.mark == .warning || phrase.mark == .stoppedEarly
          let isName = names.prefix(ConsoleMarkFinder.nameLimit).contains {
            !$0.isUnsigned && $0.name.contains(index)
          }
          if isOfWords && isName { continue }
          marks.insert(phrase.mark)
          if phrase.mark == .pythonWarning { warningStart = min(warningStart, index) }
        }
      }
      wasWord = isWord
      index += 1
    }
    return (marks, warningStart)
  }

  private func stands(_ letters: [UInt8], _ line: LineBytes, _ start: Int) -> Bool {
    for offset in letters.indices {
      let byte = line[start + offset].lowercased
      if byte == letters[offset] { continue }
      let isGap = byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      if !(isGap && letters[offset] == UInt8(ascii: " ")) { return false }
    }
    return true
  }
}
