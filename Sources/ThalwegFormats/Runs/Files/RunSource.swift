import ThalwegRecord

/// One file that describes a run, kept open with what was read of it.
final class RunSource {
  /// So many bytes tell the kind of a file even without a line end.
  private static let telling = 1 << 16

  let path: String
  /// Which sources may describe one run with it.
  let group: Int
  private let index: Int
  private let options: RunFileOptions
  /// Whether the user says that it is a configuration.
  private let isConfiguration: Bool
  private let remark: String?
  private var remarks: [String] = []
  private var content: RunFileContent?
  private var reader: (any RunFileReader)?
  private var stamp: FileStamp
  private(set) var collector: RunCollector

  /// - Parameters:
  ///   - index: the place among the sources of the runs.
  ///   - remark: what the record says of the folder that it was found in.
  init(
    _ path: String, index: Int, group: Int, options: RunFileOptions, isConfiguration: Bool,
    remark: String?
  ) throws {
    self.path = path
    self.index = index
    self.group = group
    self.options = options
    self.isConfiguration = isConfiguration
    self.remark = remark
    stamp = try FileStamp(of: path)
    collector = RunSource.collector(path, nil, index, options)
  }

  /// Reads on.
  /// - Parameter isFinal: whether the file will not grow.
  /// - Returns: whether anything new came.
  func advance(isFinal: Bool) throws -> Bool {
    let now = try FileStamp(of: path)
    let isFirst = content == nil
    if isFirst {
      if try !isFinal && isTooShort(now) { return false }
      try open(now)
    } else if content?.isReadWhole == true {
      return try now != stamp && readAgain(now, isFinal: isFinal)
    } else if !now.isSameFile(as: stamp) || now.length < stamp.length {
      remarks.append("the file was begun anew while it was read; what it held before is left out")
      try open(now)
    } else if now == stamp && !isFinal {
      return false
    }
    stamp = now
    let before = (collector.source, collector.runs.count)
    try reader?.advance(collector, isFinal: isFinal)
    return isFirst || before != (collector.source, collector.runs.count)
  }

  /// Whether the kind cannot be told yet, since no line was written to its end.
  private func isTooShort(_ now: FileStamp) throws -> Bool {
    if now.length > RunSource.telling { return false }
    var lines = try LineReader(path)
    let head = Array(try lines.head(now.length))
    if head.contains(UInt8(ascii: "\n")) { return false }
    if isConfiguration || now.length == 0 { return now.length == 0 }
    do throws(RunFileError) {
      // A JSON document is told by its brackets; of all else the rest of the line may be on its way.
      let kind = try RunFiles.kind(ofHead: head, isWhole: true, path: path)
      return kind != .trainerState && kind != .jsonLines
    } catch {
      return true
    }
  }

  private func open(_ now: FileStamp) throws {
    let content: RunFileContent
    if isConfiguration {
      content = .configuration
    } else {
      content = try RunFiles.content(of: path)
    }
    reader = try RunFiles.reader(of: content, path: path)
    collector = RunSource.collector(path, content.kind, index, options)
    self.content = content
    stamp = now
  }

  /// A file that is read whole is read anew; while it is being written, what was read stays.
  private func readAgain(_ now: FileStamp, isFinal: Bool) throws -> Bool {
    let (earlierReader, earlier) = (reader, collector)
    do {
      try open(now)
      try reader?.advance(collector, isFinal: isFinal)
      return true
    } catch let error as RunFileError {
      if isFinal { throw error }
      (reader, collector) = (earlierReader, earlier)
      return false
    }
  }

  private static func collector(
    _ path: String, _ kind: RunFileKind?, _ index: Int, _ options: RunFileOptions
  ) -> RunCollector {
    let unit: SourceRecord.Unit = kind == .tensorBoard ? .byte : .line
    let source = SourceRecord(path: path, kind: kind?.title ?? "empty so far", unit: unit)
    return RunCollector(source, index: index, map: options.map)
  }

  /// What was read so far.
  var finished: (source: SourceRecord, runs: [RunCollector.Draft]) {
    var (source, runs) = collector.finished
    source.remarks += remarks
    if let remark { source.remarks.append(remark) }
    return (source, runs)
  }
}

extension RunFileContent {
  /// Whether its file is read whole, and anew when it has changed.
  var isReadWhole: Bool {
    switch self {
    case .json(let form): form != .lines
    case .configuration: true
    case .tensorBoard, .table, .consoleLog: false
    }
  }
}
