import Testing
import ThalwegFormats

/// An event file that the test writes and reads.
struct EventFile {
  let path: String
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    path = folder["a.txt"]
  }

  func write(_ bytes: [UInt8]) throws {
    let file = try AppendFile(path, truncatedTo: Files.exists(path) ? 0 : nil)
    try file.append(bytes)
    try file.flush()
  }

  func append(_ bytes: [UInt8]) throws {
    let file = try AppendFile(path)
    try file.append(bytes)
    try file.flush()
  }

  /// Writes the bytes and reads all events.
  func events(_ bytes: [UInt8]) throws -> [TensorBoardEvent] {
    try write(bytes)
    var file = try TensorBoardFile(path: path)
    return try EventFile.rest(&file)
  }

  /// All events up to the end.
  static func rest(_ file: inout TensorBoardFile) throws -> [TensorBoardEvent] {
    var events: [TensorBoardEvent] = []
    while let event = try file.next() { events.append(event) }
    return events
  }

  /// Checks that a payload with right checksums is refused with one line that names the file and
  /// holds `text`, and that the record behind it is read.
  func expectRefusal(
    _ payload: [UInt8], _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try write(EventBytes.record(payload) + EventBytes.record(EventBytes.scalar(step: 7, "x", 1)))
    var file = try TensorBoardFile(path: path)
    do {
      _ = try file.next()
      Issue.record("was not refused: \(text)", sourceLocation: sourceLocation)
    } catch {
      let line = "\(error)"
      #expect(error.canGoOn, sourceLocation: sourceLocation)
      #expect(line.contains(path), sourceLocation: sourceLocation)
      #expect(line.allSatisfy { !$0.isNewline }, "\(line)", sourceLocation: sourceLocation)
      #expect(line.contains(text), "'\(line)' lacks '\(text)'", sourceLocation: sourceLocation)
    }
    #expect(try file.next()?.step == 7, sourceLocation: sourceLocation)
  }
}
