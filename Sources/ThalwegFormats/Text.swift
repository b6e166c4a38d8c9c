#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Numbers as text of a fixed form, for lines that people read.
package enum Text {
  /// With so many digits behind the point; `null` for a number that does not exist.
  package static func fixed(_ number: Double?, _ digits: Int, width: Int = 0) -> String {
    formatted(number, "%.\(digits)f", width)
  }

  /// With so many significant digits, as short as that allows.
  package static func short(_ number: Double?, _ digits: Int = 3, width: Int = 0) -> String {
    formatted(number, "%.\(digits)g", width)
  }

  /// With an exponent and so many digits behind the point.
  package static func exponent(_ number: Double?, _ digits: Int, width: Int = 0) -> String {
    formatted(number, "%.\(digits)e", width)
  }

  /// Blanks in front of the text up to the width.
  package static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Blanks behind the text up to the width.
  package static func left(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(of: text)))
  }

  /// How wide a text is shown; counting characters takes long.
  package static func columns(of text: String) -> Int {
    text.utf8.allSatisfy { $0 < 0x7F } ? text.utf8.count : text.count
  }

  private static func formatted(_ number: Double?, _ format: String, _ width: Int) -> String {
    guard let number else { return right("null", width) }
    let text = withVaList([number]) { list in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { room in
        vsnprintf(room.baseAddress, room.count, format, list)
        return room.baseAddress.map { String(cString: $0) } ?? ""
      }
    }
    return right(text, width)
  }
}
