/// Changes of lines and words, which leave text.
enum TextMutation {
  private static let words = [
    "nan", "-inf", "1e999", "-1.7e308", "5e-324", "0x1p3", "Epoch 3/200:", "epoch=", "loss: ", "=",
    ":", "{", "[", "}",
    "\u{1B}[31m", "\u{1B}]0;t\u{7}", "\r", "\"", "'", ",", ";", "\t", "&a", "*a",
    "!!python/object:",
    "- ", "---", "...", "<<: *a", "|", ">-", "9223372036854775808", "-0", "1_000", "12:30:45", "%",
    "\u{0}", "\u{FEFF}", "Traceback (most recent call last):", "step 1", "0/0", "→",
  ].map { Array($0.utf8) }

  static func mutate(_ bytes: inout [UInt8], _ dice: inout Dice) {
    if bytes.isEmpty || dice.once(in: 10) { return Bytes.mutate(&bytes, &dice) }
    let starts = [0] + bytes.indices.filter { bytes[$0] == 10 }.map { $0 + 1 }
    let line = dice.pick(starts.count)
    let start = starts[line]
    let end = line + 1 < starts.count ? starts[line + 1] : bytes.count
    let place = start + dice.pick(end - start)
    switch dice.pick(8) {
    case 0: bytes.removeSubrange(start..<end)
    case 1: bytes.insert(contentsOf: Array(bytes[start..<end]), at: dice.pick(starts))
    case 2, 3: bytes.insert(contentsOf: dice.pick(words), at: place)
    case 4: bytes.insert(contentsOf: Array(String(dice.number()).utf8), at: place)
    case 5:
      bytes.replaceSubrange(
        place..<min(place + 1 + dice.pick(6), bytes.count), with: dice.pick(words))
    case 6: bytes.insert(contentsOf: repeatElement(32, count: dice.pick(12)), at: start)
    default:
      let word = dice.pick(words)
      bytes.insert(
        contentsOf: repeatElement(word, count: 1 + dice.pick(200)).joined(), at: place)
    }
  }
}
