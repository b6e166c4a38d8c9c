private import CYAML

/// One event of the only document of a YAML text.
struct YAMLEvent {
  enum Kind: Equatable {
    case scalar(SettingsScalar)
    case listStart
    case mappingStart
    case end
  }

  var kind: Kind
  /// Counted from 1.
  var line: Int

  /// All events between the start and the end of the document.
  static func all(
    in bytes: [UInt8], place: (Int) -> String
  ) throws(SettingsError) -> [YAMLEvent] {
    // libyaml keeps pointers into the parser, so that it must not move.
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    if yaml_parser_initialize(parser) == 0 {
      throw .malformed(place: place(1), problem: "there is no memory to read it")
    }
    defer { yaml_parser_delete(parser) }
    return try bytes.withUnsafeBufferPointer { (buffer) throws(SettingsError) in
      yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
      var events: [YAMLEvent] = []
      var documents = 0
      while true {
        var event = yaml_event_t()
        if yaml_parser_parse(parser, &event) == 0 {
          throw problem(of: parser.pointee, bytes, place: place)
        }
        defer { yaml_event_delete(&event) }
        let line = Int(event.start_mark.line) + 1
        if event.type == YAML_STREAM_END_EVENT { return events }
        if event.type == YAML_DOCUMENT_START_EVENT {
          documents += 1
          if documents > 1 { throw .unsupported(place: place(line), what: "a second document") }
        }
        if let what = unused(event) { throw .unsupported(place: place(line), what: what) }
        if let kind = kind(of: event) { events.append(YAMLEvent(kind: kind, line: line)) }
      }
    }
  }

  private static func kind(of event: yaml_event_t) -> Kind? {
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: Int(scalar.length))
      return .scalar(
        SettingsScalar(
          text: String(decoding: bytes, as: UTF8.self),
          isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE))
    case YAML_SEQUENCE_START_EVENT: return .listStart
    case YAML_MAPPING_START_EVENT: return .mappingStart
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .end
    default: return nil
    }
  }

  /// What in an event settings do not use.
  private static func unused(_ event: yaml_event_t) -> String? {
    let (anchor, tag) =
      switch event.type {
      case YAML_SCALAR_EVENT: (event.data.scalar.anchor, event.data.scalar.tag)
      case YAML_SEQUENCE_START_EVENT:
        (event.data.sequence_start.anchor, event.data.sequence_start.tag)
      case YAML_MAPPING_START_EVENT:
        (event.data.mapping_start.anchor, event.data.mapping_start.tag)
      default: (nil, nil)
      }
    if event.type == YAML_ALIAS_EVENT { return "an alias ('*')" }
    if anchor != nil { return "an anchor ('&')" }
    return tag == nil ? nil : "a tag ('!')"
  }

  private static func problem(
    of parser: yaml_parser_t, _ bytes: [UInt8], place: (Int) -> String
  ) -> SettingsError {
    let text = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
    // The reader of bytes knows an offset only, the scanner and the parser know the line.
    let line =
      parser.error == YAML_READER_ERROR
      ? bytes.prefix(Int(parser.problem_offset)).count { $0 == UInt8(ascii: "\n") }
      : Int(parser.problem_mark.line)
    return .malformed(place: place(line + 1), problem: text)
  }
}
