/// What a sign beyond ASCII means in a log.
enum ConsoleSign {
  /// It belongs to a word.
  case letter
  case byte(UInt8)
  case infinity
  /// It has no width.
  case nothing

  static func of(_ scalar: UInt32) -> ConsoleSign {
    switch scalar {
    case 0xB2, 0xB3, 0xB5, 0xAA, 0xBA: .letter
    case 0xD7: .byte(UInt8(ascii: "x"))
    // Plus-minus, middle dot, bullets: what follows is another thing.
    case 0xB1, 0xB7, 0x2022, 0x2023, 0x2043, 0x25CF, 0x25E6: .byte(UInt8(ascii: ";"))
    case 0x80...0xBF, 0xF7: .byte(0x20)
    case 0xC0..<0x2000, 0x2C00..<0x2E00, 0x3040..<0xD800, 0xF900..<0xFB00: .letter
    case 0x200B...0x200D, 0x2060, 0xFE00...0xFE0F, 0xFEFF: .nothing
    case 0x2010...0x2015, 0x2212, 0x2500, 0x2501, 0x2550: .byte(UInt8(ascii: "-"))
    case 0x2018...0x201F: .byte(UInt8(ascii: "'"))
    case 0x2192, 0x21D2, 0x21A6, 0x21E8, 0x2794, 0x2799...0x27AF, 0x27F6, 0x27F9, 0x2B95:
      .byte(ConsoleText.arrow)
    case 0x221E: .infinity
    case 0x2248: .byte(UInt8(ascii: "~"))
    case 0x2502, 0x2503, 0x2551, 0x2506, 0x250A, 0xFF5C: .byte(UInt8(ascii: "|"))
    case 0x2580...0x259F: .byte(UInt8(ascii: "#"))
    case 0x2611, 0x2705, 0x2713, 0x2714: .byte(ConsoleText.yes)
    case 0x2612, 0x2717, 0x2718, 0x274C, 0x274E: .byte(ConsoleText.no)
    case 0x3001, 0xFF0C: .byte(UInt8(ascii: ","))
    case 0xFF1A: .byte(UInt8(ascii: ":"))
    case 0xFF1D: .byte(UInt8(ascii: "="))
    case 0xFF08: .byte(UInt8(ascii: "("))
    case 0xFF09: .byte(UInt8(ascii: ")"))
    default: .byte(0x20)
    }
  }
}
