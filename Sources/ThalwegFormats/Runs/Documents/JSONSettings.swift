import ThalwegRecord

/// Takes what stands beside the records of a JSON document as settings that the record states.
enum JSONSettings {
  private static let depthLimit = 32
  /// Longer lists are left out.
  private static let listBytes = 1 << 16

  /// Takes the value that the scanner stands before.
  static func take(
    _ scanner: inout JSONScanner, _ path: [String], _ lines: inout LineCounter,
    into collector: RunCollector
  ) throws(JSONError) {
    let first = try scanner.peek()
    let start = scanner.position
    let line = lines.line(at: start)
    if first == UInt8(ascii: "{") && path.count < depthLimit {
      try scanner.open()
      if try scanner.closes("}") { return }
      var names: Set<String> = []
      while true {
        let quoted = try scanner.name()
        let name = try scanner.text(quoted)
        if !names.insert(name).inserted { throw try scanner.duplicate(quoted) }
        try take(&scanner, path + [name], &lines, into: collector)
        if try scanner.closes("}") { return }
        try scanner.takeComma(before: "}")
      }
    }
    let value: Setting.Value?
    if first == UInt8(ascii: "[") {
      var ahead = scanner
      try ahead.skipValue()
      value = ahead.position - start <= listBytes ? try list(scanner) : nil
      if value == nil && ahead.position - start <= listBytes && path.count < depthLimit {
        return try entries(&scanner, path, &lines, into: collector)
      }
      scanner = ahead
    } else {
      value = try scalar(&scanner, first)
    }
    guard let value else {
      let content = first == UInt8(ascii: "[") ? "a long list" : "nested too deep"
      return collector.leaveOut(path.joined(separator: "/"), holding: content)
    }
    var text = String(decoding: scanner.bytes[start..<scanner.position], as: UTF8.self)
    if case .text(let plain) = value { text = plain }
    collector.setting(path, value, text: text, origin: .record, at: line)
  }

  /// nil where it is none that a setting has.
  private static func scalar(
    _ scanner: inout JSONScanner, _ first: UInt8
  ) throws(JSONError) -> Setting.Value? {
    switch first {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      try scanner.skipValue()
      return nil
    case UInt8(ascii: "\""): return .text(try scanner.text(scanner.quoted()))
    case UInt8(ascii: "t"):
      try scanner.word("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try scanner.word("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try scanner.word("null")
      return .null
    default: return .number(try scanner.number().value)
    }
  }

  /// The list where it holds scalars only.
  private static func list(_ scanner: JSONScanner) throws(JSONError) -> Setting.Value? {
    var scanner = scanner
    var values: [Setting.Value] = []
    try scanner.open()
    while try !scanner.closes("]") {
      if !values.isEmpty { try scanner.takeComma(before: "]") }
      let first = try scanner.peek()
      guard let value = try scalar(&scanner, first) else { return nil }
      values.append(value)
    }
    return .list(values)
  }

  /// Takes the members of each entry of a list, under the number of the entry.
  private static func entries(
    _ scanner: inout JSONScanner, _ path: [String], _ lines: inout LineCounter,
    into collector: RunCollector
  ) throws(JSONError) {
    var index = 0
    try scanner.open()
    while try !scanner.closes("]") {
      if index > 0 { try scanner.takeComma(before: "]") }
      try take(&scanner, path + [String(index)], &lines, into: collector)
      index += 1
    }
  }
}
