package import ThalwegRecord

/// Reads files that describe training, whatever tool wrote them.
package enum RunFiles {
  private static let headBytes = 1 << 18

  /// What the files say, a record for each run.
  ///
  /// Files that hold one run each describe the same one. A file of several runs gives several
  /// records, called `path #2` or by the name that the file has for the run. Settings without
  /// figures belong to every run. The sources of each record are all files, so that places mean
  /// the same in all.
  /// - Parameter configurations: files of settings.
  /// - Throws: `FileError`, `RunFileError`.
  package static func read(
    _ paths: [String], configurations: [String] = [], options: RunFileOptions = RunFileOptions()
  ) throws -> [RunRecord] {
    let watch = try RunWatch(paths, configurations: configurations, options: options)
    _ = try watch.advance(isFinal: true)
    try watch.check()
    return watch.records
  }

  /// The kind of a file, told by its beginning.
  /// - Parameter isWhole: whether `head` is the whole file.
  /// - Returns: nil where more of the file must be seen.
  /// - Throws: where it is of no kind that is read; `path` names it.
  package static func kind(
    ofHead head: [UInt8], isWhole: Bool, path: String
  ) throws(RunFileError) -> RunFileKind? {
    try RunFileContent.judge(head, isWhole: isWhole, path: path)?.kind
  }

  /// The kind of a file.
  package static func kind(of path: String) throws -> RunFileKind { try content(of: path).kind }

  static func content(of path: String) throws -> RunFileContent {
    var lines = try LineReader(path)
    let length = try FileStamp(of: path).length
    if length == 0 { throw RunFileError.empty(path: path) }
    // A document is told by its end at times, and a line may be long.
    for count in [headBytes, WholeFile.limit + 1] {
      let head = Array(try lines.head(count))
      let isWhole = head.count >= length
      if let content = try RunFileContent.judge(head, isWhole: isWhole, path: path) {
        return content
      }
      if isWhole { break }
    }
    throw RunFileError.tooLarge(path: path, bytes: length, limit: WholeFile.limit)
  }

  static func reader(
    of content: RunFileContent, path: String
  ) throws -> any RunFileReader {
    switch content {
    case .json(.trainerState): TrainerStateReader(path)
    case .json(.settings), .configuration: ConfigurationReader(path)
    case .json(let form): try JSONLinesReader(path, form: form)
    case .table(let shape): try TableRunReader(path, shape)
    case .tensorBoard: try EventFileReader(path)
    case .consoleLog: try ConsoleLogReader(path)
    }
  }
}
