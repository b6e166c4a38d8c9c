import ThalwegRecord
private import ThalwegTensor

/// Reads records that JSON holds: one object a line, as exports of Weights & Biases, our own
/// `metrics.jsonl` and many a script have them; or one document with a list of objects, or with
/// lists of figures by name.
struct JSONLinesReader: RunFileReader {
  static let lineLimit = 4 << 20

  private let path: String
  private let form: JSONForm
  private var lines: LineReader?
  private var taker = RecordTaker()
  private var recorder: RecorderLines?
  private var isFirst = true
  private var isRead = false

  init(_ path: String, form: JSONForm) throws(FileError) {
    self.path = path
    self.form = form
    if form == .lines { lines = try LineReader(path, limit: JSONLinesReader.lineLimit) }
  }

  mutating func advance(_ collector: RunCollector, isFinal: Bool) throws {
    if form == .lines {
      while let line = try lines?.next(isFinal: isFinal) { try take(line, into: collector) }
      return
    }
    if isRead { return }
    isRead = true
    let bytes = try WholeFile.read(path)
    try bytes.withUnsafeBufferPointer { bytes in
      switch form {
      case .lists:
        collector.source.kind = "JSON lists of figures"
        var lists = JSONLists(bytes, path: path)
        try lists.read(into: collector)
      case .record:
        collector.source.kind = "JSON record"
        var document = JSONDocument(bytes, path: path)
        try document.readRecord(into: collector)
      case .records(let member):
        collector.source.kind = "JSON list of records"
        var document = JSONDocument(bytes, path: path)
        try document.readRecords(member, into: collector)
      case .lines, .trainerState, .settings: mistake("json lines: the form is another reader's")
      }
    }
  }

  private mutating func take(_ line: LineReader.Line, into collector: RunCollector) throws {
    if line.isCut {
      throw RunFileError.malformed(
        path: path, place: "line \(line.number)",
        problem:
          "the line is longer than \(JSONLinesReader.lineLimit) bytes; write one object a line"
      )
    }
    var bytes = line.bytes
    if line.number == 1 && bytes.starts(with: WholeFile.byteOrderMark) {
      bytes = bytes.dropFirst(WholeFile.byteOrderMark.count)
    }
    do throws(JSONError) {
      try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in
        var scanner = JSONScanner(
          bytes, source: path, firstLine: line.number, takesNonFinite: true)
        scanner.skipSpace()
        if scanner.position == bytes.count { return }
        try take(&scanner, at: line.number, into: collector)
      }
    } catch {
      if !line.hasEnd {
        collector.note("cut last line, left out", at: line.number)
        return
      }
      throw RunFileError.malformed(
        path: path, place: "line \(error.place.line), column \(error.place.column)",
        problem: error.problem)
    }
  }

  private mutating func take(
    _ scanner: inout JSONScanner, at line: Int, into collector: RunCollector
  ) throws(JSONError) {
    if isFirst {
      isFirst = false
      recorder = try RecorderLines(scanner, at: line, into: collector)
      if recorder != nil { return collector.part(isUnderstood: true) }
    }
    let isUnderstood: Bool
    if recorder != nil {
      isUnderstood = try recorder?.take(&scanner, at: line, into: collector) ?? false
    } else {
      isUnderstood = try taker.take(&scanner, at: line, into: collector)
    }
    try scanner.finish()
    collector.part(isUnderstood: isUnderstood)
  }
}
