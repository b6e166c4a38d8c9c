/// Reads the one Python literal that NumPy writes as a header: a dictionary with the keys 'descr',
/// 'fortran_order' and 'shape'. Nothing is evaluated.
struct NPYHeaderParser {
  struct Fields {
    var type: String
    var isFortran: Bool
    var extents: [Int]
  }

  /// NumPy has arrays of at most that many axes.
  private static let rankLimit = 64

  private let bytes: [UInt8]
  /// Where the first byte lies in the file.
  private let start: Int
  private let source: String
  private var position = 0

  init(_ bytes: [UInt8], start: Int, source: String) {
    self.bytes = bytes
    self.start = start
    self.source = source
  }

  mutating func parse() throws(NPYError) -> Fields {
    var (type, isFortran, extents): (String?, Bool?, [Int]?)
    try require("{")
    while true {
      skipSpace()
      if take("}") { break }
      let key = try quoted("a key in quotes or '}'")
      try require(":")
      switch key {
      case "descr" where type == nil: type = try self.type()
      case "fortran_order" where isFortran == nil: isFortran = try truth()
      case "shape" where extents == nil: extents = try shape()
      default:
        throw malformed("each of 'descr', 'fortran_order' and 'shape' once, and no other key")
      }
      skipSpace()
      if take("}") { break }
      try require(",")
    }
    skipSpace()
    if position < bytes.count { throw malformed("an end behind its dictionary") }
    guard let type, let isFortran, let extents else {
      throw malformed("'descr', 'fortran_order' and 'shape'")
    }
    return Fields(type: type, isFortran: isFortran, extents: extents)
  }

  /// A plain type is a text; a structured one is a list of fields.
  private mutating func type() throws(NPYError) -> String {
    skipSpace()
    if position < bytes.count, bytes[position] == UInt8(ascii: "[") {
      throw .type(
        source: source, description: "[...]",
        reason: "is a structure, which is not read; save each of its fields as an array")
    }
    return try quoted("a dtype in quotes")
  }

  private mutating func truth() throws(NPYError) -> Bool {
    skipSpace()
    if take("True") { return true }
    if take("False") { return false }
    throw malformed("True or False")
  }

  private mutating func shape() throws(NPYError) -> [Int] {
    try require("(")
    var extents: [Int] = []
    while true {
      skipSpace()
      if take(")") { return extents }
      extents.append(try extent())
      if extents.count > NPYHeaderParser.rankLimit {
        throw .shape(
          source: source, reason: "more than \(NPYHeaderParser.rankLimit) axes, which NumPy lacks")
      }
      skipSpace()
      if take(")") {
        // Without a comma the brackets would hold a number and be no tuple.
        if extents.count == 1 { throw malformed("a comma behind the only extent") }
        return extents
      }
      try require(",")
    }
  }

  private mutating func extent() throws(NPYError) -> Int {
    let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !digits.isEmpty else { throw malformed("an extent") }
    guard let extent = Int(String(decoding: digits, as: UTF8.self)) else {
      throw .shape(source: source, reason: "an extent is beyond 64 bits")
    }
    position += digits.count
    // Python 2 wrote long numbers so.
    _ = take("L")
    return extent
  }

  private mutating func quoted(_ expected: String) throws(NPYError) -> String {
    skipSpace()
    guard position < bytes.count, bytes[position] == 0x27 || bytes[position] == 0x22 else {
      throw malformed(expected)
    }
    let rest = bytes[(position + 1)...]
    guard let end = rest.firstIndex(of: bytes[position]), !rest[..<end].contains(0x5C),
      let text = String(validating: rest[..<end], as: UTF8.self)
    else { throw malformed("a closing quote and no backslash before it") }
    position = end + 1
    return text
  }

  private mutating func require(_ mark: Unicode.Scalar) throws(NPYError) {
    skipSpace()
    if !take(String(mark)) { throw malformed("'\(mark)'") }
  }

  private mutating func take(_ word: String) -> Bool {
    if !bytes[position...].starts(with: word.utf8) { return false }
    position += word.utf8.count
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0A {
      position += 1
    }
  }

  private func malformed(_ expected: String) -> NPYError {
    .header(source: source, offset: start + position, expected: expected)
  }
}
