/// Names of keys and figures as lower-case words, so that `maxGradNorm`, `max-grad-norm` and
/// `Max grad norm` are one.
enum NameWords {
  /// Split at anything but letters and digits, and where a capital follows a small letter.
  static func split(_ name: some StringProtocol) -> [String] {
    var words: [String] = []
    var word = ""
    var wasSmall = false
    for character in name {
      let isPart = character.isLetter || character.isNumber
      if !isPart || (character.isUppercase && wasSmall) {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      wasSmall = character.isLowercase || character.isNumber
      if isPart { word += character.lowercased() }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  static func joined(_ name: some StringProtocol) -> String {
    split(name).joined(separator: "_")
  }
}
