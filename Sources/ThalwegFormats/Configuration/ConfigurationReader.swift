import ThalwegRecord

/// Reads the configuration of somebody's training, YAML or JSON, whatever its keys.
///
/// Nothing is refused that such files hold: anchors, tags, several documents, keys given twice.
/// Numbers are told from texts as PyYAML does it, since that is what the training saw.
package struct ConfigurationReader: RunFileReader {
  package static let sizeLimit = 1 << 24

  private let path: String
  private var isRead = false

  package init(_ path: String) { self.path = path }

  /// Reads the file whole, once; a configuration does not grow.
  package mutating func advance(_ collector: RunCollector, isFinal: Bool) throws {
    if isRead { return }
    isRead = true
    let file = try GrowingFile(path)
    var bytes: [UInt8] = []
    while try file.append(to: &bytes, 1 << 16) {
      if bytes.count > ConfigurationReader.sizeLimit {
        throw RunFileError.tooLarge(
          path: path, bytes: bytes.count, limit: ConfigurationReader.sizeLimit)
      }
    }
    try ConfigurationReader.read(bytes, path: path, into: collector)
  }

  /// Reads a configuration that is in memory.
  /// - Parameter path: names it in an error.
  package static func read(
    _ bytes: [UInt8], path: String, into collector: RunCollector
  ) throws(RunFileError) {
    let (roots, remarks) = try roots(bytes, path: path)
    collector.source.remarks += remarks
    if roots.isEmpty { throw .empty(path: path) }
    for (index, root) in roots.enumerated() {
      if case .scalar = root.content {
        throw .malformed(
          path: path, place: "line \(root.line)",
          problem: "a configuration is lines of 'key: value'; another value stands here")
      }
      // What lies in another document is another section.
      try give(root, under: index == 0 ? [] : ["document_\(index + 1)"], path, collector)
    }
  }

  private static func give(
    _ root: ConfigurationNode, under sections: [String], _ path: String, _ collector: RunCollector
  ) throws(RunFileError) {
    var walk = SettingWalk(path: path) { path, value, text, line in
      collector.part(isUnderstood: true)
      collector.setting(path, value, text: text, origin: .configuration, at: line)
    }
    guard case .mapping(let members) = root.content else {
      return try walk.walk(root, under: sections, line: root.line)
    }
    for member in unwrapped(members) {
      if member.key == "stated", let stated = try StatedValues(member.value, file: path) {
        try stated.give(to: collector)
      } else {
        try walk.walk(member.value, under: sections + [member.key], line: member.line)
      }
    }
  }

  /// Keys with their values where each key has a section of `value`, and perhaps `desc`, as W&B
  /// writes its config.yaml; other members as they are.
  private static func unwrapped(
    _ members: [ConfigurationNode.Member]
  ) -> [ConfigurationNode.Member] {
    let isWrapped = members.allSatisfy { member in
      if member.key == "wandb_version" { return true }
      guard case .mapping(let parts) = member.value.content else { return false }
      return parts.contains { $0.key == "value" }
        && parts.allSatisfy { $0.key == "value" || $0.key == "desc" }
    }
    if !isWrapped { return members }
    return members.map { member in
      guard let value = member.value["value"] else { return member }
      return ConfigurationNode.Member(key: member.key, line: value.line, value: value.value)
    }
  }

  private static func roots(
    _ bytes: [UInt8], path: String
  ) throws(RunFileError) -> (roots: [ConfigurationNode], remarks: [String]) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    let space: [UInt8] = [0x20, 0x0A, 0x0D, 0x09]
    guard let first = text.first(where: { !space.contains($0) }) else { return ([], []) }
    var yaml = YAMLComposer(path: path)
    if first != UInt8(ascii: "{") && first != UInt8(ascii: "[") {
      let roots = try yaml.compose(text)
      return (roots, yaml.remarks)
    }
    // A line of YAML may start with a bracket as well, but then it is not JSON.
    var json = JSONComposer(text, path: path)
    do throws(RunFileError) {
      return ([try json.compose()], [])
    } catch let refusal {
      do throws(RunFileError) {
        let roots = try yaml.compose(text)
        return (roots, yaml.remarks + ["read as YAML, since it is \(refusal.problem)"])
      } catch {
        throw refusal
      }
    }
  }
}

extension RunFileError {
  fileprivate var problem: String {
    if case .malformed(_, let place, let problem) = self {
      "\(problem) (\(place))"
    } else {
      description
    }
  }
}

extension ConfigurationReader {
  /// Whether a text starts as a configuration does: with a bracket of JSON, or with lines of
  /// `key:` and `key: value` and hardly any others.
  package static func recognizes(_ head: ArraySlice<UInt8>) -> Bool {
    var (keys, others) = (0, 0)
    // The last line may be cut.
    let lines = head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
    for line in lines.prefix(lines.count > 1 ? lines.count - 1 : 1) {
      let text = line.drop { $0 == 0x20 || $0 == 0x09 }
      guard let first = text.first, first != 0x0D, first != UInt8(ascii: "#") else { continue }
      if keys + others == 0 && (first == UInt8(ascii: "{") || text.starts(with: "---".utf8)) {
        return true
      }
      if isMember(text) {
        keys += 1
      } else if first != UInt8(ascii: "-") && !isInBrackets(text) {
        others += 1
      }
    }
    return keys > 0 && others * 10 <= keys
  }

  /// Whether a line looks like a part of a list or a section in brackets.
  private static func isInBrackets(_ text: ArraySlice<UInt8>) -> Bool {
    let last = text.last { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }
    return last.map { ",]}[{".utf8.contains($0) } ?? true
  }

  /// `key:` or `key: value` with one word for a key, also behind the dash of a list.
  private static func isMember(_ text: ArraySlice<UInt8>) -> Bool {
    var text = text
    if text.starts(with: "- ".utf8) { text = text.dropFirst(2) }
    let key = text.prefix { byte in
      byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte &- 48 < 10
        || "_-./'\"<".utf8.contains(byte)
    }
    let rest = text[key.endIndex...]
    if key.isEmpty || rest.first != UInt8(ascii: ":") { return false }
    let behind = rest.dropFirst().first
    return behind == nil || behind == 0x20 || behind == 0x0D || behind == 0x09
  }
}
