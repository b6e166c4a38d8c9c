extension String {
  /// The text with its control characters spelled out, so that an error stays on one line.
  package var onOneLine: String {
    if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
    var line = ""
    for scalar in unicodeScalars {
      if scalar.isActedOn {
        line += scalar.escaped(asASCII: true)
      } else {
        line.unicodeScalars.append(scalar)
      }
    }
    return line
  }
}

extension Unicode.Scalar {
  /// Whether what shows a text does something at it: control characters, the ends of lines and
  /// paragraphs, and the marks that turn the direction of writing, after which a line would be
  /// shown in another order than it has.
  var isActedOn: Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
