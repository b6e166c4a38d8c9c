extension JSON {
  /// The value on one line, without spaces and without a line end.
  package var compact: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The value with one member a line, indented by two spaces, without a line end.
  package var pretty: String {
    var bytes: [UInt8] = []
    write(to: &bytes, depth: 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// - Parameter depth: how deep the value lies, or nil to write all on one line.
  private func write(to bytes: inout [UInt8], depth: Int? = nil) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): JSONText.append(value, to: &bytes)
    case .integer(let value): JSONText.append(value, to: &bytes)
    case .number(let value): JSONText.append(value, to: &bytes)
    case .string(let value): JSONText.append(value, to: &bytes)
    case .array(let values):
      JSON.write(values, between: ("[", "]"), to: &bytes, depth: depth) { value, bytes, depth in
        value.write(to: &bytes, depth: depth)
      }
    case .object(let members):
      JSON.write(members, between: ("{", "}"), to: &bytes, depth: depth) { member, bytes, depth in
        JSONText.append(member.name, to: &bytes)
        bytes.append(contentsOf: (depth == nil ? ":" : ": ").utf8)
        member.value.write(to: &bytes, depth: depth)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], between brackets: (String, String), to bytes: inout [UInt8],
    depth: Int?, _ writeOne: (Element, inout [UInt8], Int?) -> Void
  ) {
    func startLine(_ depth: Int?) {
      guard let depth, !elements.isEmpty else { return }
      bytes.append(UInt8(ascii: "\n"))
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }
    let inner = depth.map { $0 + 1 }
    bytes.append(contentsOf: brackets.0.utf8)
    for (position, element) in elements.enumerated() {
      if position > 0 { bytes.append(UInt8(ascii: ",")) }
      startLine(inner)
      writeOne(element, &bytes, inner)
    }
    startLine(depth)
    bytes.append(contentsOf: brackets.1.utf8)
  }
}
