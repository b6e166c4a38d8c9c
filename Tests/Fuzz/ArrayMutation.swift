/// Changes in the header of a NumPy array, which leave its length right.
enum ArrayMutation {
  private static let words = [
    "'descr'", "'shape'", "'fortran_order'", "True", "False", "None", "(", ")", "()", "(3,)", "[",
    "]", "{", "}", ",", ":", "'<f4'", "'>f8'", "'|O'", "'<U9'", "'<c16'", "'|b1'", "'<M8[ns]'",
    "[('a', '<f4', (2,))]", "-1", "9223372036854775807", "1e3", "0x10", "1L", "'", "\\", "\n",
    "\u{0}", "# x",
  ].map { Array($0.utf8) }

  /// One or two changes; of bytes alone where there is no header.
  static func mutate(_ file: [UInt8], _ dice: inout Dice) -> [UInt8] {
    var file = file
    // Magic, version, a length of two bytes or of four.
    let width = file.count > 6 && file[6] > 1 ? 4 : 2
    let start = 8 + width
    guard file.count >= start, !dice.once(in: 10) else {
      Bytes.mutate(&file, &dice)
      return file
    }
    let end = min(file.count, start + Bytes.number(file[8..<start]))
    var header = Array(file[start..<end])
    for _ in 0...dice.pick(2) {
      let place = dice.pick(header.count + 1)
      switch dice.pick(4) {
      case 0: header.insert(contentsOf: dice.pick(words), at: place)
      case 1:
        let last = min(place + 1 + dice.pick(8), header.count)
        header.replaceSubrange(place..<last, with: dice.pick(words))
      case 2: header.insert(contentsOf: Array(String(dice.number()).utf8), at: place)
      default: Bytes.mutate(&header, &dice)
      }
    }
    return file[..<8] + Bytes.little(header.count, width) + header + file[end...]
  }
}
