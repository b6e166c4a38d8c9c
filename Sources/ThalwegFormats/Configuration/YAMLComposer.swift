private import CYAML
import ThalwegRecord

/// Composes the documents of any YAML file through libyaml's events: with anchors, aliases, merge
/// keys, tags, lists of lists and keys that are given twice.
///
/// What an alias names is shared, not copied; how often it is visited is bounded by who walks.
struct YAMLComposer {
  private static let depthLimit = 64
  private static let eventLimit = 2_000_000
  private static let mergeLimit = 1_000_000
  private static let remarkLimit = 10

  private struct Frame {
    /// Keys and values in turn, or the elements of a list.
    var nodes: [ConfigurationNode] = []
    let isMapping: Bool
    let line: Int
    let anchor: String?
  }

  private let path: String
  private var open: [Frame] = []
  private var documents: [ConfigurationNode] = []
  private var anchors: [String: ConfigurationNode] = [:]
  private var merged = 0
  private var tags = 0
  private(set) var remarks: [String] = []

  /// - Parameter path: names the file in an error.
  init(path: String) { self.path = path }

  /// The roots of all documents.
  mutating func compose(_ bytes: [UInt8]) throws(RunFileError) -> [ConfigurationNode] {
    // libyaml keeps pointers into the parser, so that it must not move.
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    if yaml_parser_initialize(parser) == 0 { throw malformed(1, "there is no memory to read it") }
    defer { yaml_parser_delete(parser) }
    var problem: RunFileError?
    bytes.withUnsafeBufferPointer { buffer in
      yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
      do throws(RunFileError) {
        try take(parser, bytes)
      } catch {
        problem = error
      }
    }
    if let problem { throw problem }
    if tags > YAMLComposer.remarkLimit {
      remarks.append("\(tags - YAMLComposer.remarkLimit) further tags are ignored")
    }
    return documents
  }

  private mutating func take(
    _ parser: UnsafeMutablePointer<yaml_parser_t>, _ bytes: [UInt8]
  ) throws(RunFileError) {
    for _ in 0..<YAMLComposer.eventLimit {
      var event = yaml_event_t()
      if yaml_parser_parse(parser, &event) == 0 { throw problem(of: parser.pointee, bytes) }
      defer { yaml_event_delete(&event) }
      if event.type == YAML_STREAM_END_EVENT { return }
      try take(event, line: Int(event.start_mark.line) + 1)
    }
    throw malformed(
      1, "more than \(YAMLComposer.eventLimit) values; name the configuration, not the data")
  }

  private mutating func take(_ event: yaml_event_t, line: Int) throws(RunFileError) {
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: anchors = [:]
    case YAML_ALIAS_EVENT:
      let name = text(event.data.alias.anchor) ?? ""
      guard let node = anchors[name] else {
        let isOpen = open.contains { $0.anchor == name }
        throw malformed(
          line, isOpen ? "the alias *\(name) stands in what it names" : "no anchor &\(name)")
      }
      add(ConfigurationNode(content: node.content, line: line))
    case YAML_SCALAR_EVENT:
      let node = ConfigurationNode(content: scalar(event, line: line), line: line)
      if let name = text(event.data.scalar.anchor) { anchors[name] = node }
      add(node)
    case YAML_SEQUENCE_START_EVENT:
      note(text(event.data.sequence_start.tag), line: line)
      try push(isMapping: false, line, anchor: text(event.data.sequence_start.anchor))
    case YAML_MAPPING_START_EVENT:
      note(text(event.data.mapping_start.tag), line: line)
      try push(isMapping: true, line, anchor: text(event.data.mapping_start.anchor))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: try pop()
    default: break
    }
  }

  private mutating func push(
    isMapping: Bool, _ line: Int, anchor: String?
  ) throws(RunFileError) {
    if open.count == YAMLComposer.depthLimit {
      throw malformed(line, "sections lie deeper than \(YAMLComposer.depthLimit); flatten them")
    }
    open.append(Frame(isMapping: isMapping, line: line, anchor: anchor))
  }

  private mutating func pop() throws(RunFileError) {
    guard let frame = open.popLast() else { return }
    let content: ConfigurationNode.Content =
      frame.isMapping ? .mapping(try members(frame)) : .list(frame.nodes)
    let node = ConfigurationNode(content: content, line: frame.line)
    if let anchor = frame.anchor { anchors[anchor] = node }
    add(node)
  }

  private mutating func add(_ node: ConfigurationNode) {
    if open.isEmpty {
      documents.append(node)
    } else {
      open[open.count - 1].nodes.append(node)
    }
  }

  /// The members of a section: its own ones, and those that `<<` brings and it does not have.
  private mutating func members(
    _ frame: Frame
  ) throws(RunFileError) -> [ConfigurationNode.Member] {
    var members: [ConfigurationNode.Member] = []
    var brought: [ConfigurationNode] = []
    for index in stride(from: 0, to: frame.nodes.count - 1, by: 2) {
      let (key, value) = (frame.nodes[index], frame.nodes[index + 1])
      guard case .scalar(let scalar, let spelled) = key.content else {
        throw malformed(key.line, "a list or a section as a key; write a word")
      }
      if spelled == "<<" {
        if case .list(let nodes) = value.content { brought += nodes } else { brought.append(value) }
      } else {
        var name = spelled
        // A quoted key is a text, its quotes are not part of it.
        if case .text(let text) = scalar { name = text }
        members.append(.init(key: name, line: key.line, value: value))
      }
    }
    if brought.isEmpty { return members }
    var known = Set(members.map(\.key))
    for node in brought {
      guard case .mapping(let others) = node.content else {
        throw malformed(node.line, "'<<' brings in a section or a list of them; name one")
      }
      merged += others.count
      if merged > YAMLComposer.mergeLimit {
        throw malformed(
          node.line, "'<<' brings in more than \(YAMLComposer.mergeLimit) values; write them out")
      }
      for member in others where known.insert(member.key).inserted { members.append(member) }
    }
    return members
  }
}

extension YAMLComposer {
  private mutating func scalar(
    _ event: yaml_event_t, line: Int
  ) -> ConfigurationNode.Content {
    let scalar = event.data.scalar
    let bytes = UnsafeBufferPointer(start: scalar.value, count: Int(scalar.length))
    let text = String(decoding: bytes, as: UTF8.self)
    let tag = self.text(scalar.tag)
    switch tag {
    case "tag:yaml.org,2002:str": return .scalar(.text(text), text: text)
    // What is said to be a number is one however it is spelled.
    case "tag:yaml.org,2002:float", "tag:yaml.org,2002:int":
      return .scalar(Double(text).map { .number($0) } ?? YAMLScalar.value(of: text), text: text)
    default: note(tag, line: line)
    }
    switch scalar.style {
    case YAML_PLAIN_SCALAR_STYLE: return .scalar(YAMLScalar.value(of: text), text: text)
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: return .scalar(.text(text), text: "'\(text)'")
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return .scalar(.text(text), text: "\"\(text)\"")
    default: return .scalar(.text(text), text: text)
    }
  }

  /// Says that a tag is not followed.
  private mutating func note(_ tag: String?, line: Int) {
    guard let tag, !["!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"].contains(tag) else {
      return
    }
    tags += 1
    if tags <= YAMLComposer.remarkLimit {
      remarks.append("line \(line): the tag '\(tag)' is ignored, its value is kept".onOneLine)
    }
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func malformed(_ line: Int, _ problem: String) -> RunFileError {
    .malformed(path: path, place: "line \(line)", problem: problem)
  }

  private func problem(of parser: yaml_parser_t, _ bytes: [UInt8]) -> RunFileError {
    let text = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
    // The reader of bytes knows an offset only, the scanner and the parser know the line.
    let line =
      parser.error == YAML_READER_ERROR
      ? bytes.prefix(Int(parser.problem_offset)).count { $0 == UInt8(ascii: "\n") }
      : Int(parser.problem_mark.line)
    return malformed(line + 1, "not YAML: \(text)")
  }
}
