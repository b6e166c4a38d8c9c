/// Makes events of the payloads of a file's records.
///
/// Field numbers: tensorboard/compat/proto/event.proto and summary.proto.
struct TensorBoardDecoder {
  /// Bytes that the values of one event may take in memory.
  static let eventLimit = 1 << 25
  private static let valueBytes = 128
  /// Bytes of the tags that are remembered.
  static let tagLimit = 1 << 24
  private static let tagOverhead = 64

  /// The plugin of a tag, as its first value names it; some writers name it in no other.
  private var plugins: [String: String] = [:]
  private var tagBytes = 0

  /// - Parameter payload: where the record lies in the bytes.
  mutating func event(
    _ bytes: [UInt8], _ payload: Range<Int>, offset: Int
  ) throws(ProtobufError) -> TensorBoardEvent {
    var event = TensorBoardEvent(offset: offset, step: 0, wallTime: 0, values: [])
    var reader = ProtobufReader(bytes, payload)
    var contents = 0
    while let field = try reader.next() {
      switch field.number {
      case 1: event.wallTime = try field.double()
      case 2: event.step = Int(truncatingIfNeeded: try field.varint())
      case 3: event.version = try field.text()
      case 5: event.values = try values(try field.message())
      default: event.unread = TensorBoardDecoder.unread(field.number) ?? event.unread
      }
      if (3...9).contains(field.number) { contents += 1 }
      if contents > 1 {
        throw ProtobufError(position: field.position, reason: "an event has two contents")
      }
    }
    return event
  }

  /// Contents of an event that are not read.
  private static func unread(_ field: Int) -> String? {
    switch field {
    case 4: "graph_def"
    case 6: "log_message"
    case 7: "session_log"
    case 8: "tagged_run_metadata"
    case 9: "meta_graph_def"
    default: nil
    }
  }

  private mutating func values(
    _ summary: ProtobufReader
  ) throws(ProtobufError) -> [TensorBoardValue] {
    var reader = summary
    var room = TensorBoardDecoder.eventLimit
    var values: [TensorBoardValue] = []
    while let field = try reader.next() {
      if field.number != 1 { continue }
      room -= TensorBoardDecoder.valueBytes
      if room < 0 {
        throw ProtobufError(
          position: field.position,
          reason: "the values of an event take more than \(TensorBoardDecoder.eventLimit) bytes")
      }
      values.append(try value(try field.message(), room: &room))
    }
    return values
  }

  private mutating func value(
    _ message: ProtobufReader, room: inout Int
  ) throws(ProtobufError) -> TensorBoardValue {
    var reader = message
    var tag = ""
    var plugin: String?
    var content: ProtobufField?
    while let field = try reader.next() {
      switch field.number {
      case 1: tag = try field.text()
      case 9: plugin = try TensorBoardDecoder.plugin(try field.message())
      case 2...6, 8:
        if content != nil {
          throw ProtobufError(position: field.position, reason: "a value has two contents")
        }
        content = field
      default: break
      }
    }
    guard let content else { return .other(tag: tag, plugin: plugin) }
    switch content.number {
    case 2: return .scalar(tag: tag, value: Double(try content.float()))
    case 4: return .other(tag: tag, plugin: plugin ?? "images")
    case 5:
      return .histogram(
        tag: tag, try TensorBoardHistogram(try content.message(), room: &room))
    case 6: return .other(tag: tag, plugin: plugin ?? "audio")
    case 8:
      let known = try remembered(plugin, of: tag, at: message.position)
      let tensor = try TensorBoardTensor(try content.message())
      return try TensorBoardDecoder.value(tensor, tag: tag, plugin: known, room: &room)
    default: return .other(tag: tag, plugin: plugin)
    }
  }

  private static func value(
    _ tensor: TensorBoardTensor, tag: String, plugin: String?, room: inout Int
  ) throws(ProtobufError) -> TensorBoardValue {
    let extents = tensor.extents ?? [0]
    switch plugin {
    case "scalars" where extents.allSatisfy { $0 == 1 }:
      if let number = try tensor.numbers(room: &room)?.first {
        return .scalar(tag: tag, value: number)
      }
    case "histograms" where extents.count == 2 && extents[1] == 3:
      if let rows = try tensor.numbers(room: &room),
        let histogram = TensorBoardHistogram(rows: rows)
      {
        return .histogram(tag: tag, histogram)
      }
    default: break
    }
    return .other(tag: tag, plugin: plugin)
  }

  private mutating func remembered(
    _ plugin: String?, of tag: String, at position: Int
  ) throws(ProtobufError) -> String? {
    guard let plugin else { return plugins[tag] }
    if plugins[tag] == nil {
      plugins[tag] = plugin
      tagBytes += tag.utf8.count + plugin.utf8.count + TensorBoardDecoder.tagOverhead
      if tagBytes > TensorBoardDecoder.tagLimit {
        throw ProtobufError(
          position: position,
          reason: "the tags so far take more than \(TensorBoardDecoder.tagLimit) bytes")
      }
    }
    return plugin
  }

  private static func plugin(_ metadata: ProtobufReader) throws(ProtobufError) -> String? {
    var reader = metadata
    var name = ""
    while let field = try reader.next() {
      if field.number != 1 { continue }
      var data = try field.message()
      while let member = try data.next() {
        if member.number == 1 { name = try member.text() }
      }
    }
    return name.isEmpty ? nil : name
  }
}
