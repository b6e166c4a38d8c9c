/// What NumPy calls its types of element.
enum NPYType {
  /// - Parameter name: as `<f4`: the order of bytes, a letter for the kind, the width in bytes.
  static func element(
    _ name: String, source: String
  ) throws(NPYError) -> (ElementType, isBigEndian: Bool) {
    func refused(_ reason: String) -> NPYError {
      // NumPy's names are a few letters.
      let shown = name.count > 32 ? "'\(name.prefix(32))...'" : "'\(name)'"
      return .type(source: source, description: shown, reason: reason)
    }
    guard let order = name.first, "<>|=".contains(order) else {
      throw refused("is none that NumPy writes; save it again")
    }
    if let element = plain[String(name.dropFirst())] {
      // `=` is the order of the machine that wrote it, which nothing says.
      if order == "=" || (order == "|") != (element.width == 1) {
        throw refused("does not say the order of its bytes as NumPy does; save it again")
      }
      return (element, order == ">")
    }
    switch name.dropFirst().first {
    case "O":
      throw refused(
        "holds Python objects as a pickle, of which nothing was run; save arrays of numbers. "
          + "--skip-unknown lists the rest of a zip")
    case "U", "S", "a": throw refused("holds texts, which are not read; leave them out")
    case "M", "m": throw refused("holds dates, which are not read; convert them to int64")
    case "V": throw refused("holds bytes of no type; convert them to one that NumPy names")
    default:
      throw refused(
        "is not read; convert it to bool, int8 to int64, uint8 to uint64, float16 to float64, "
          + "complex64 or complex128")
    }
  }

  private static let plain: [String: ElementType] = [
    "b1": .bool, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8,
    "u2": .uint16, "u4": .uint32, "u8": .uint64, "f2": .float16, "f4": .float32, "f8": .float64,
    "c8": .complex64, "c16": .complex128,
  ]
}
