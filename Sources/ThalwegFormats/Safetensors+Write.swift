package import ThalwegTensor

extension Safetensors {
  /// A tensor that is to be written.
  package typealias Named = (
    name: String, shape: Shape, scalarType: ScalarType, bytes: UnsafeRawBufferPointer
  )

  /// Writes a new file, or over an old one; the caller sees to it that it reaches the disk.
  /// - Parameters:
  ///   - tensors: names that differ, and numbers that fit their shapes.
  ///   - metadata: names that differ, with texts.
  package static func write(
    to path: String,
    tensors: [Named],
    metadata: [(String, String)] = []
  ) throws(FileError) {
    // Readers map the numbers in place: with the wide ones first each lies where its width divides.
    let ordered =
      tensors.filter { $0.scalarType == .float64 } + tensors.filter { $0.scalarType == .float32 }
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let texts = metadata.map { JSON.Member($0.0, .string($0.1)) }
      checkNames(texts)
      members.append(JSON.Member(metadataName, .object(texts)))
    }
    var offset = 0
    for tensor in ordered {
      if tensor.bytes.count != tensor.shape.count * tensor.scalarType.width {
        mistake("safetensors: \(tensor.bytes.count) bytes for \(tensor.name) \(tensor.shape)")
      }
      let end = offset + tensor.bytes.count
      members.append(
        JSON.Member(
          tensor.name,
          .object([
            JSON.Member("dtype", .string(Element(tensor.scalarType).rawValue)),
            JSON.Member(
              "shape", .array((0..<tensor.shape.rank).map { .integer(tensor.shape[$0]) })),
            JSON.Member("data_offsets", .array([.integer(offset), .integer(end)])),
          ])))
      offset = end
    }
    checkNames(members)
    var header = Array(JSON.object(members).compact.utf8)
    while header.count % lengthBytes != 0 { header.append(UInt8(ascii: " ")) }

    let file = try AppendFile(path, truncatedTo: 0)
    try file.append((0..<lengthBytes).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) })
    try file.append(header)
    for tensor in ordered { try file.append(tensor.bytes) }
    try file.flush()
  }

  private static func checkNames(_ members: [JSON.Member]) {
    var seen: Set<String> = []
    for member in members where !seen.insert(member.name).inserted {
      mistake("safetensors: two entries are named '\(member.name)'")
    }
  }
}
