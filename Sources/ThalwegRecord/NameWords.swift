/// Names of keys and figures as lower-case words, so that `maxGradNorm`, `max-grad-norm` and
/// `Max grad norm` are one.
package enum NameWords {
  private enum Kind {
    case gap, capital, small, digit, otherLetter
  }

  /// Split at anything but letters and digits, and where a capital follows a small letter or a
  /// digit.
  package static func split(_ name: Substring) -> [String] {
    var words: [String] = []
    var word = ""
    var last = Kind.gap
    for scalar in name.unicodeScalars {
      let kind = kind(of: scalar)
      if kind == .gap || (kind == .capital && (last == .small || last == .digit)) {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      last = kind
      switch kind {
      case .gap: break
      case .capital where scalar.isASCII:
        word.unicodeScalars.append(Unicode.Scalar(UInt8(ascii: scalar) | 0x20))
      case .capital: word += scalar.properties.lowercaseMapping
      case .small, .digit, .otherLetter: word.unicodeScalars.append(scalar)
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  package static func split(_ name: String) -> [String] { split(name[...]) }

  /// The words with `_` between them.
  package static func joined(_ name: String) -> String {
    split(name).joined(separator: "_")
  }

  private static func kind(of scalar: Unicode.Scalar) -> Kind {
    switch scalar {
    case "a"..."z": return .small
    case "A"..."Z": return .capital
    case "0"..."9": return .digit
    case _ where scalar.isASCII: return .gap
    default:
      let properties = scalar.properties
      if properties.isUppercase { return .capital }
      if properties.isLowercase { return .small }
      if properties.numericType != nil { return .digit }
      return properties.isAlphabetic || properties.isGraphemeExtend ? .otherLetter : .gap
    }
  }
}
