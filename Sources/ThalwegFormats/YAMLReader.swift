private import CYAML
private import ThalwegTensor

/// Reads one YAML document through libyaml's events; refuses what settings do not use.
final class YAMLReader {
  private static let depthLimit = 32

  private let bytes: [UInt8]
  private let place: (Int) -> String
  private var events: [YAMLEvent] = []
  private var position = 0

  /// - Parameter place: names a line in an error.
  init(_ bytes: [UInt8], place: @escaping (Int) -> String) {
    self.bytes = bytes
    self.place = place
  }

  /// The root of the only document; nil where there is none.
  func root() throws(SettingsError) -> YAMLNode? {
    events = try YAMLEvent.all(in: bytes, place: place)
    if events.isEmpty { return nil }
    return try node(depth: 0)
  }

  /// The node that starts with the next event; libyaml guarantees that it is whole.
  private func node(depth: Int) throws(SettingsError) -> YAMLNode {
    let event = events[position]
    position += 1
    if depth > YAMLReader.depthLimit {
      throw .unsupported(place: place(event.line), what: "nesting this deep")
    }
    switch event.kind {
    case .scalar(let scalar):
      return YAMLNode(content: .scalar(scalar), line: event.line)
    case .listStart:
      var nodes: [YAMLNode] = []
      while events[position].kind != .end { nodes.append(try node(depth: depth + 1)) }
      position += 1
      return YAMLNode(content: .list(nodes), line: event.line)
    case .mappingStart:
      var members: [(key: YAMLNode, value: YAMLNode)] = []
      while events[position].kind != .end {
        let key = try node(depth: depth + 1)
        members.append((key, try node(depth: depth + 1)))
      }
      position += 1
      return YAMLNode(content: .mapping(members), line: event.line)
    case .end:
      mistake("yaml: an end without a start at \(place(event.line))")
    }
  }
}
