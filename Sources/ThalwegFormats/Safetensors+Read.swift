private import ThalwegTensor

extension Safetensors {
  /// Reads a file and checks that every byte of it belongs to one tensor.
  package static func read(_ path: String) throws(SafetensorsError) -> SafetensorsFile {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try Files.read(path)
    } catch {
      throw .file(error)
    }
    let dataStart = try dataStart(bytes, path: path)
    var entries: [(entry: SafetensorsFile.Entry, range: Range<Int>)] = []
    var metadata: [(name: String, text: String)] = []
    for member in try header(Array(bytes[lengthBytes..<dataStart]), path: path) {
      if member.name == metadataName {
        metadata = try texts(of: member, path: path)
      } else {
        let reader = EntryReader(path: path, member: member, dataBytes: bytes.count - dataStart)
        let (element, shape, range) = try reader.read()
        let place = (dataStart + range.lowerBound)..<(dataStart + range.upperBound)
        let entry = SafetensorsFile.Entry(
          name: member.name, element: element, shape: shape, bytes: bytes[place])
        entries.append((entry, range))
      }
    }
    // An empty tensor may start where the next one does, and comes first.
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var covered = 0
    for (entry, range) in entries {
      if range.lowerBound < covered {
        throw .overlap(path: path, name: entry.name, offset: range.lowerBound)
      }
      if range.lowerBound > covered {
        throw .hole(path: path, offset: covered, bytes: range.lowerBound - covered)
      }
      covered = range.upperBound
    }
    let rest = bytes.count - dataStart - covered
    if rest > 0 { throw .hole(path: path, offset: covered, bytes: rest) }
    return SafetensorsFile(entries: entries.map(\.entry), metadata: metadata)
  }

  private static func dataStart(
    _ bytes: [UInt8], path: String
  ) throws(SafetensorsError) -> Int {
    if bytes.count < lengthBytes { throw .tooShort(path: path, bytes: bytes.count) }
    let length = bytes[..<lengthBytes].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if length > headerLimit || length > bytes.count - lengthBytes {
      throw .headerLength(path: path, length: length, limit: headerLimit)
    }
    return lengthBytes + Int(length)
  }

  private static func header(
    _ bytes: [UInt8], path: String
  ) throws(SafetensorsError) -> [JSON.Member] {
    if bytes.first != UInt8(ascii: "{") { throw .headerStart(path: path) }
    do throws(JSONError) {
      return try JSON.parse(bytes, source: path).members ?? []
    } catch {
      throw .header(error)
    }
  }

  private static func texts(
    of member: JSON.Member, path: String
  ) throws(SafetensorsError) -> [(name: String, text: String)] {
    var texts: [(name: String, text: String)] = []
    guard let members = member.value.members else {
      throw .malformed(path: path, name: member.name, expected: "an object of texts")
    }
    for inner in members {
      guard let text = inner.value.string else {
        throw .malformed(path: path, name: member.name, expected: "a text for '\(inner.name)'")
      }
      texts.append((inner.name, text))
    }
    return texts
  }
}

/// The checks of one tensor's entry in the header.
private struct EntryReader {
  var path: String
  var member: JSON.Member
  /// Bytes behind the header.
  var dataBytes: Int

  func read() throws(SafetensorsError) -> (Safetensors.Element, Shape, Range<Int>) {
    guard let type = member.value["dtype"]?.string else { throw malformed("a text 'dtype'") }
    guard let element = Safetensors.Element(rawValue: type) else {
      throw .elementType(path: path, name: member.name, type: type)
    }
    guard let extents = whole("shape") else { throw malformed("a list 'shape'") }
    let shape = try shape(extents)
    guard let offsets = whole("data_offsets"), offsets.count == 2, offsets[0] <= offsets[1] else {
      throw malformed("two 'data_offsets', the first not above the second")
    }
    if offsets[1] > dataBytes {
      throw .beyondEnd(path: path, name: member.name, end: offsets[1], dataBytes: dataBytes)
    }
    let expected = try bytes(extents, width: element.width)
    if offsets[1] - offsets[0] != expected {
      throw .size(
        path: path, name: member.name, bytes: offsets[1] - offsets[0], expected: expected)
    }
    return (element, shape, offsets[0]..<offsets[1])
  }

  /// A list of whole numbers, none negative.
  private func whole(_ name: String) -> [Int]? {
    guard let values = member.value[name]?.array else { return nil }
    let numbers = values.compactMap(\.int).filter { $0 >= 0 }
    return numbers.count == values.count ? numbers : nil
  }

  private func shape(_ extents: [Int]) throws(SafetensorsError) -> Shape {
    if extents.count > Shape.maximumRank {
      throw unread("\(extents.count) axes, at most \(Shape.maximumRank) are kept")
    }
    for extent in extents where extent > Int32.max {
      throw unread("extent \(extent) is above \(Int32.max)")
    }
    return Shape(extents)
  }

  /// The product, which a hostile header can drive beyond 64 bits.
  private func bytes(_ extents: [Int], width: Int) throws(SafetensorsError) -> Int {
    if extents.contains(0) { return 0 }
    var product = width
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { throw unread("its product is beyond 64 bits") }
      product = next
    }
    return product
  }

  private func malformed(_ expected: String) -> SafetensorsError {
    .malformed(path: path, name: member.name, expected: expected)
  }

  private func unread(_ reason: String) -> SafetensorsError {
    .shape(path: path, name: member.name, reason: reason)
  }
}
