/// What stands in front of the numbers of a NumPy array.
///
/// The format is that of NumPy's NEP 1 and `numpy.lib.format`.
struct NPYHeader {
  /// NumPy itself reads no longer one unless told to.
  private static let lengthLimit = 10_000
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Bytes from the start that hold any header that is read.
  static let sample = magic.count + 6 + lengthLimit

  let version: String
  let element: ElementType
  let isBigEndian: Bool
  let extents: [Int]
  let elementCount: Int
  /// Whether the first axis is the fastest one.
  let isFortran: Bool
  /// Bytes in front of the numbers.
  let length: Int

  var byteCount: Int { elementCount * element.width }

  /// In elements.
  var strides: [Int] {
    var strides = [Int](repeating: 0, count: extents.count)
    var step = 1
    for axis in isFortran ? Array(extents.indices) : extents.indices.reversed() {
      strides[axis] = step
      // Beyond 64 bits only where there is no element.
      step &*= max(1, extents[axis])
    }
    return strides
  }

  /// - Parameters:
  ///   - bytes: at least `sample` bytes from the start, or as many as there are.
  ///   - total: how many bytes there are.
  ///   - source: what errors call them.
  init(_ bytes: [UInt8], total: Int, source: String) throws(NPYError) {
    var cursor = ByteCursor(bytes)
    guard let magic = cursor.take(NPYHeader.magic.count) else {
      throw .cut(source: source, bytes: total)
    }
    if !magic.elementsEqual(NPYHeader.magic) { throw .start(source: source) }
    guard let major = cursor.next(), let minor = cursor.next() else {
      throw .cut(source: source, bytes: total)
    }
    version = "\(major).\(minor)"
    if !(1...3).contains(major) || minor != 0 { throw .version(source: source, found: version) }
    guard let count = cursor.number(major == 1 ? 2 : 4) else {
      throw .cut(source: source, bytes: total)
    }
    if count > NPYHeader.lengthLimit {
      throw .headerLength(source: source, bytes: count, limit: NPYHeader.lengthLimit)
    }
    let start = cursor.position
    guard let text = cursor.take(count) else { throw .cut(source: source, bytes: total) }
    length = cursor.position
    var parser = NPYHeaderParser(Array(text), start: start, source: source)
    let fields = try parser.parse()
    (element, isBigEndian) = try NPYType.element(fields.type, source: source)
    extents = fields.extents
    isFortran = fields.isFortran
    guard let elements = Extents.count(extents),
      !elements.multipliedReportingOverflow(by: element.width).overflow
    else { throw .shape(source: source, reason: "its product is beyond 64 bits") }
    elementCount = elements
    if total - length != elements * element.width {
      throw .size(source: source, bytes: total - length, expected: elements * element.width)
    }
  }
}
