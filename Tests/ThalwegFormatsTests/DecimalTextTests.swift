import Testing
import ThalwegFormats
import ThalwegTensor

/// Decimal numbers of files against the reading of Swift's own library.
@Suite struct DecimalTextTests {
  @Test func numbersOfManyDigitsAreRoundedCorrectly() throws {
    let stream = RandomStream(seed: 5, path: "decimal")
    var wrong: [String] = []
    for draw in 0..<20_000 {
      let bits = stream.bits(2 * draw)
      let scale = Int(stream.bits(2 * draw + 1) % 28)
      // Up to 19 digits, the point anywhere among them or in front.
      let digits = String(bits % 10_000_000_000_000_000_000)
      let text = "0." + String(repeating: "0", count: max(0, scale - digits.count)) + digits
      let other = digits + "e-\(scale)"
      for text in [text, other] {
        if try JSON.parse(text, source: "x").double != Double(text) { wrong.append(text) }
      }
    }
    #expect(wrong.isEmpty)
  }

  @Test func numbersBetweenTwoDoubles() throws {
    // Halfway and one digit beside it, where the last bit hangs on all digits.
    for text in [
      "9007199254740993", "9007199254740993e0", "900719925474099.3e1", "0.5000000000000000001",
      "1.0000000000000001110e0", "1.0000000000000001111e0", "4503599627370497.5",
      "4503599627370496.5", "9007199254740992.99999",
    ] {
      #expect(try JSON.parse(text, source: "x").double == Double(text), "\(text)")
    }
  }
}
