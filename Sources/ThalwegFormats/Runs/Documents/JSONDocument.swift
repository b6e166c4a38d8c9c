import ThalwegRecord

/// One JSON document that holds records of a training.
struct JSONDocument {
  private var scanner: JSONScanner
  private var lines: LineCounter
  private let path: String
  private var taker: RecordTaker

  /// - Parameter defaultSplit: of figures that do not name one.
  init(_ bytes: UnsafeBufferPointer<UInt8>, path: String, defaultSplit: Split? = nil) {
    scanner = JSONScanner(bytes, source: path, takesNonFinite: true)
    lines = LineCounter(bytes)
    self.path = path
    taker = RecordTaker(defaultSplit: defaultSplit)
  }

  /// Reads a list of records, and what stands beside it as settings.
  /// - Parameter member: the name of the list; nil: the document is the list.
  mutating func readRecords(
    _ member: String?, into collector: RunCollector
  ) throws {
    try JSONDocument.placing(path) { () throws(JSONError) in
      guard let member else {
        try self.records("the list", into: collector)
        return try self.scanner.finish()
      }
      var names: Set<String> = []
      if try self.scanner.peek() != UInt8(ascii: "{") { throw self.scanner.unexpected("'{'") }
      try self.scanner.open()
      var isFirst = true
      while try !self.scanner.closes("}") {
        if !isFirst { try self.scanner.takeComma(before: "}") }
        isFirst = false
        let quoted = try self.scanner.name()
        let name = try self.scanner.text(quoted)
        if !names.insert(name).inserted { throw try self.scanner.duplicate(quoted) }
        if name == member {
          try self.records(name, into: collector)
        } else {
          try JSONSettings.take(&self.scanner, [name], &self.lines, into: collector)
        }
      }
      try self.scanner.finish()
    }
  }

  /// Reads the document as one record.
  mutating func readRecord(into collector: RunCollector) throws {
    try JSONDocument.placing(path) { () throws(JSONError) in
      try self.record(into: collector)
      try self.scanner.finish()
    }
  }

  private mutating func records(
    _ name: String, into collector: RunCollector
  ) throws(JSONError) {
    if try scanner.peek() != UInt8(ascii: "[") { throw scanner.unexpected("a list of records") }
    try scanner.open()
    var isFirst = true
    while try !scanner.closes("]") {
      if !isFirst { try scanner.takeComma(before: "]") }
      isFirst = false
      if try scanner.peek() != UInt8(ascii: "{") {
        throw scanner.unexpected("an object, an entry of \(name),")
      }
      try record(into: collector)
    }
  }

  private mutating func record(into collector: RunCollector) throws(JSONError) {
    _ = try scanner.peek()
    let line = lines.line(at: scanner.position)
    let isUnderstood = try taker.take(&scanner, at: line, into: collector)
    collector.part(isUnderstood: isUnderstood)
  }
}

extension JSONDocument {
  /// The error of a reader with the place as `RunFileError` has it.
  static func placing<Result>(
    _ path: String, _ read: () throws(JSONError) -> Result
  ) throws(RunFileError) -> Result {
    do throws(JSONError) {
      return try read()
    } catch {
      let place = "line \(error.place.line), column \(error.place.column)"
      throw RunFileError.malformed(path: path, place: place, problem: error.problem)
    }
  }
}
