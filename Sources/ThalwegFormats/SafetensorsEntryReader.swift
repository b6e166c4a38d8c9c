/// The checks of one tensor's entry in the header of a safetensors file.
struct SafetensorsEntryReader {
  /// No library that writes the format has tensors of more axes.
  private static let rankLimit = 64

  let path: String
  let member: JSON.Member
  /// Bytes behind the header.
  let dataBytes: Int

  func read() throws(SafetensorsError) -> SafetensorsHeader.Entry {
    guard let type = member.value["dtype"]?.string else { throw malformed("a text 'dtype'") }
    guard let element = ElementType(safetensorsName: type) else {
      throw .unknownType(path: path, name: member.name, type: type)
    }
    guard let extents = whole("shape") else { throw malformed("a list 'shape'") }
    if extents.count > SafetensorsEntryReader.rankLimit {
      throw .shape(
        path: path, name: member.name,
        reason: "\(extents.count) axes, at most \(SafetensorsEntryReader.rankLimit) are read")
    }
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
    return SafetensorsHeader.Entry(
      name: member.name, element: element, extents: extents, range: offsets[0]..<offsets[1])
  }

  /// A list of whole numbers, none negative.
  private func whole(_ name: String) -> [Int]? {
    guard let values = member.value[name]?.array else { return nil }
    let numbers = values.compactMap(\.int).filter { $0 >= 0 }
    return numbers.count == values.count ? numbers : nil
  }

  private func bytes(_ extents: [Int], width: Int) throws(SafetensorsError) -> Int {
    guard let (bytes, overflow) = Extents.count(extents)?.multipliedReportingOverflow(by: width),
      !overflow
    else { throw .shape(path: path, name: member.name, reason: "its product is beyond 64 bits") }
    return bytes
  }

  private func malformed(_ expected: String) -> SafetensorsError {
    .malformed(path: path, name: member.name, expected: expected)
  }
}
