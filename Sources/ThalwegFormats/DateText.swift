/// Recognizes a date, a time of day or both in a cell; which day it is does not matter.
///
/// A date is three numbers between equal marks (`-`, `/` or `.`), one of them possibly a year; a
/// time is two or three numbers between colons, or three between points, with a fraction and a
/// zone allowed. `18.00` alone is a number, not a time.
enum DateText {
  static func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, first &- 48 < 10 else { return false }
    let parts = bytes.split(maxSplits: 1) { $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: " ") }
    switch parts.count {
    case 1: return isDate(parts[0]) || isTime(parts[0])
    case 2: return isDate(parts[0]) && isTime(parts[1])
    default: return false
    }
  }

  private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
    for mark in [UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ".")] {
      guard let parts = numbers(bytes, between: mark), parts.count == 3 else { continue }
      let yearFirst = parts[0].digits == 4
      let year = yearFirst ? parts[0] : parts[2]
      let rest = yearFirst ? [parts[1], parts[2]] : [parts[0], parts[1]]
      return (year.digits == 4 || year.digits == 2)
        && rest.allSatisfy { $0.digits <= 2 && (1...31).contains($0.value) }
        && rest.contains { $0.value <= 12 }
    }
    return false
  }

  private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
    let bytes = withoutZone(bytes)
    if let parts = numbers(bytes, between: UInt8(ascii: ".")), parts.count == 3 {
      return isClock(parts)
    }
    // Only seconds have a fraction, and only behind a colon.
    let colon = UInt8(ascii: ":")
    let pieces = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let clock = pieces.first, let parts = numbers(clock, between: colon) else { return false }
    let hasFraction = pieces.count == 2
    return isClock(parts) && pieces.count <= 2 && (!hasFraction || parts.count == 3)
      && (!hasFraction || (!pieces[1].isEmpty && pieces[1].allSatisfy { $0 &- 48 < 10 }))
  }

  private static func isClock(_ parts: [(value: Int, digits: Int)]) -> Bool {
    (2...3).contains(parts.count) && parts[0].value <= 24
      && parts.allSatisfy { $0.digits <= 2 && $0.value <= 60 }
  }

  /// The time without `Z`, `+02:00` or `-0130` at its end.
  private static func withoutZone(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    if bytes.last == UInt8(ascii: "Z") { return bytes.dropLast() }
    let marks = [UInt8(ascii: "+"), UInt8(ascii: "-")]
    guard let sign = bytes.lastIndex(where: { marks.contains($0) }) else { return bytes }
    let zone = bytes[(sign + 1)...].filter { $0 != UInt8(ascii: ":") }
    let isZone = [2, 4].contains(zone.count) && zone.allSatisfy { $0 &- 48 < 10 }
    if !isZone { return bytes }
    return bytes[..<sign].last == UInt8(ascii: " ") ? bytes[..<(sign - 1)] : bytes[..<sign]
  }

  /// The whole numbers between marks, or nil where anything else stands there.
  private static func numbers(
    _ bytes: ArraySlice<UInt8>, between mark: UInt8
  ) -> [(value: Int, digits: Int)]? {
    var parts: [(value: Int, digits: Int)] = []
    for piece in bytes.split(separator: mark, omittingEmptySubsequences: false) {
      if piece.isEmpty || piece.count > 4 { return nil }
      var value = 0
      for byte in piece {
        if byte &- 48 >= 10 { return nil }
        value = value * 10 + Int(byte &- 48)
      }
      parts.append((value, piece.count))
    }
    return parts
  }
}
