#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Numbers as sentences about a configuration have them.
enum ConfigurationText {
  /// Four digits that count, without zeros at the end: `28.9`, `0.0692`, `2.773e-5`; a whole number
  /// in full.
  static func short(_ number: Double) -> String {
    if !number.isFinite { return "\(number)" }
    let size = abs(number)
    if size > 0 && size < 1e-300 { return "\(number)" }
    if size < 1e9 && size == size.rounded() { return "\(Int(number))" }
    let sign = number < 0 ? "-" : ""
    var exponent = Int(log10(size).rounded(.down))
    var digits = Int((size / pow(10, Double(exponent - 3))).rounded())
    if digits > 9999 {
      digits /= 10
      exponent += 1
    }
    var text = "\(digits)"
    let isPlain = exponent >= -3 && exponent < 4
    if !isPlain {
      text.insert(".", at: text.index(text.startIndex, offsetBy: 1))
      return sign + trimmed(text) + "e\(exponent)"
    }
    if exponent < 0 {
      text = "0." + String(repeating: "0", count: -exponent - 1) + text
    } else if exponent < 3 {
      text.insert(".", at: text.index(text.startIndex, offsetBy: exponent + 1))
    }
    return sign + trimmed(text)
  }

  /// `one, two and three`.
  static func listed(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }

  /// The first of them, and how many others there are.
  static func listed(_ words: [String], most: Int) -> String {
    if words.count <= most { return listed(words) }
    return words.prefix(most).joined(separator: ", ") + " and \(words.count - most) others"
  }

  static func count(_ number: Int, _ word: String) -> String {
    "\(number) \(word)\(number == 1 ? "" : "s")"
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}
