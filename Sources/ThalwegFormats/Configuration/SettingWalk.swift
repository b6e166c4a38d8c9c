import ThalwegRecord

/// Goes through the values of a configuration and gives each setting with its sections.
struct SettingWalk {
  /// So much an alias may make of a small file.
  private static let visitLimit = 300_000

  private let path: String
  private let give: ([String], Setting.Value, String, Int) -> Void
  private var visits = 0

  /// - Parameters:
  ///   - path: names the file in an error.
  ///   - give: gets the sections with the key, the value, its spelling and its line.
  init(path: String, give: @escaping ([String], Setting.Value, String, Int) -> Void) {
    self.path = path
    self.give = give
  }

  /// A list of plain values, and of lists of them, is one setting; sections in a list are numbered.
  mutating func walk(
    _ node: ConfigurationNode, under sections: [String], line: Int
  ) throws(RunFileError) {
    try visit(line)
    switch node.content {
    case .scalar(let value, let text): give(sections, value, text, line)
    case .mapping(let members):
      for member in members {
        try walk(member.value, under: sections + [member.key], line: member.line)
      }
    case .list(let nodes):
      if let (value, text) = try plain(nodes, line: line) {
        return give(sections, value, text, line)
      }
      for (index, element) in nodes.enumerated() {
        try walk(element, under: sections + ["\(index)"], line: element.line)
      }
    }
  }

  /// The list as one value; nil where a section lies in it.
  private mutating func plain(
    _ nodes: [ConfigurationNode], line: Int
  ) throws(RunFileError) -> (Setting.Value, String)? {
    var values: [Setting.Value] = []
    var texts: [String] = []
    for node in nodes {
      try visit(line)
      switch node.content {
      case .scalar(let value, let text):
        values.append(value)
        texts.append(text)
      case .list(let inner):
        guard let (value, text) = try plain(inner, line: node.line) else { return nil }
        values.append(value)
        texts.append(text)
      case .mapping: return nil
      }
    }
    return (.list(values), "[" + texts.joined(separator: ", ") + "]")
  }

  private mutating func visit(_ line: Int) throws(RunFileError) {
    visits += 1
    if visits > SettingWalk.visitLimit {
      throw .malformed(
        path: path, place: "line \(line)",
        problem: "more than \(SettingWalk.visitLimit) values, with what aliases repeat; "
          + "name the configuration, not the data")
    }
  }
}
