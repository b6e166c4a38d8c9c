/// The kind of a file that describes training, with what its reader must know beside the path.
enum RunFileContent: Equatable {
  case tensorBoard
  case json(JSONForm)
  case table(TableShape)
  case configuration
  case consoleLog

  var kind: RunFileKind {
    switch self {
    case .tensorBoard: .tensorBoard
    case .json(.trainerState): .trainerState
    case .json(.settings), .configuration: .configuration
    case .json: .jsonLines
    case .table: .table
    case .consoleLog: .consoleLog
    }
  }
}

extension RunFileContent {
  private static let configurationLimit = 4 << 20

  /// Judges a file by its beginning.
  /// - Parameters:
  ///   - head: the beginning of the file, or all of it.
  ///   - isWhole: whether it is all of it.
  /// - Returns: nil where more of the file must be seen.
  /// - Throws: where it is of no kind that is read.
  static func judge(
    _ head: [UInt8], isWhole: Bool, path: String
  ) throws(RunFileError) -> RunFileContent? {
    if TensorBoardFile.recognizes(head) { return .tensorBoard }
    if let found = ForeignContent.look(head) { throw .unknownKind(path: path, found: found) }
    let hasMark = head.starts(with: WholeFile.byteOrderMark)
    let text = hasMark ? Array(head.dropFirst(WholeFile.byteOrderMark.count)) : head
    if text.allSatisfy({ " \t\r\n".utf8.contains($0) }) && isWhole { throw .empty(path: path) }
    if looksLikeJSON(text) { return try json(text, isWhole: isWhole, path: path) }
    if let shape = TableShape(text, isWhole: isWhole) { return .table(shape) }
    if TableShape.lacksHeader(text, isWhole: isWhole) {
      throw .unknownKind(
        path: path,
        found: "rows of numbers without names; put a line with the names of the columns first")
    }
    switch MappingText.judge(text, isWhole: isWhole) {
    case .mapping: return text.count > configurationLimit ? .consoleLog : .configuration
    case .beginning where !isWhole: return nil
    case .beginning, .other: return .consoleLog
    }
  }

  /// An object, or a list of objects; `{'loss'` and `[INFO]` are lines of a log.
  private static func looksLikeJSON(_ text: [UInt8]) -> Bool {
    var rest = text[...].drop { " \t\r\n".utf8.contains($0) }
    guard let first = rest.popFirst() else { return false }
    rest = rest.drop { " \t\r\n".utf8.contains($0) }
    if first == UInt8(ascii: "["), rest.popFirst() == UInt8(ascii: "{") {
      rest = rest.drop { " \t\r\n".utf8.contains($0) }
    } else if first != UInt8(ascii: "{") {
      return false
    }
    return rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "}")
  }

  private static func json(
    _ text: [UInt8], isWhole: Bool, path: String
  ) throws(RunFileError) -> RunFileContent? {
    switch firstLine(text, isWhole: isWhole, path: path) {
    case .object(let next?) where next == UInt8(ascii: "{"): return .json(.lines)
    // A log that begins with its settings on one line.
    case .object(.some): return .consoleLog
    case .object(nil), .other: break
    }
    let outline = text.withUnsafeBufferPointer { JSONOutline($0, source: path) }
    if let form = outline.form {
      // Behind the first line of a record more are to come.
      let isLine = outline.isRecord && lineCount(text) == 1
      return .json(isLine ? .lines : form)
    }
    if let problem = outline.problem, !isWhole || outline.likely == .settings {
      throw .malformed(
        path: path, place: "line \(problem.place.line), column \(problem.place.column)",
        problem: problem.problem)
    }
    if !isWhole { return nil }
    if outline.likely == .settings && !outline.isWhole {
      throw .malformed(
        path: path, place: "line \(lineCount(text))",
        problem: "the JSON ends too early; the file was cut, or is still being written")
    }
    return .json(outline.likely)
  }

  private enum FirstLine {
    /// A whole object; the byte that the next line that is not blank starts with.
    case object(next: UInt8?)
    case other
  }

  private static func firstLine(_ text: [UInt8], isWhole: Bool, path: String) -> FirstLine {
    let start = text.firstIndex { !" \t\r\n".utf8.contains($0) } ?? text.count
    let end = text[start...].firstIndex(of: UInt8(ascii: "\n"))
    if end == nil && !isWhole { return .other }
    let line = Array(text[start..<(end ?? text.count)])
    if line.first != UInt8(ascii: "{") { return .other }
    let isObject = line.withUnsafeBufferPointer { line in
      var scanner = JSONScanner(line, source: path, takesNonFinite: true)
      do throws(JSONError) {
        try scanner.skipValue()
        try scanner.finish()
        return true
      } catch {
        return false
      }
    }
    if !isObject { return .other }
    return .object(next: text[(end ?? text.count)...].first { !" \t\r\n".utf8.contains($0) })
  }

  private static func lineCount(_ text: [UInt8]) -> Int {
    var text = text[...]
    while let last = text.last, " \t\r\n".utf8.contains(last) { text.removeLast() }
    return 1 + text.count { $0 == UInt8(ascii: "\n") }
  }
}
