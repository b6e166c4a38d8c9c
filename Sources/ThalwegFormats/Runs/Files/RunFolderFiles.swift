import ThalwegRecord

/// The files of a folder that describe training, sorted into runs.
struct RunFolderFiles {
  /// Files that describe one run.
  struct Group: Equatable {
    var paths: [String]
    /// What was left out of the folder.
    var remark: String?
  }

  private static let fileLimit = 100
  private static let configurationLimit = 1 << 20

  private let folder: String
  private var found: [(path: String, isConfiguration: Bool)] = []
  private var leftOut: [String] = []
  private var looked = 0

  /// - Throws: where nothing in the folder is of a kind that is read.
  static func groups(of folder: String) throws -> [Group] {
    var files = RunFolderFiles(folder: folder)
    return try files.groups()
  }

  private init(folder: String) {
    var folder = folder
    while folder.count > 1 && folder.hasSuffix("/") { folder.removeLast() }
    self.folder = folder
  }

  private mutating func groups() throws -> [Group] {
    let names = try Files.list(folder)
    if let known = try known(names) { return [known] }
    for name in names { try look(at: name) }
    let direct = found.filter { !$0.path.contains("/") }
    let hasFigures = direct.contains { !$0.isConfiguration }
    let inner = Set(found.map(\.path).compactMap(RunFolderFiles.folder)).sorted()
    var groups: [Group] = []
    if hasFigures || inner.count < 2 || inner.allSatisfy(FigureNames.isSplit) {
      groups = [Group(paths: found.map(\.path))]
    } else {
      // What lies beside the folders of several runs belongs to each of them.
      for name in inner {
        let own = found.filter { RunFolderFiles.folder(of: $0.path) == name }
        groups.append(Group(paths: own.map(\.path) + direct.map(\.path)))
      }
    }
    groups = groups.filter { !$0.paths.isEmpty }
    if groups.isEmpty { throw RunFileError.emptyFolder(path: folder) }
    groups[0].remark = remark
    for index in groups.indices {
      groups[index].paths = groups[index].paths.map { folder + "/" + $0 }
    }
    return groups
  }

  private static func folder(of path: String) -> String? {
    path.firstIndex(of: "/").map { String(path[..<$0]) }
  }

  private var remark: String? {
    if leftOut.isEmpty { return nil }
    let named = leftOut.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    let more = leftOut.count > 5 ? " and \(leftOut.count - 5) more" : ""
    return "left out of the folder \(folder): \(named)\(more)"
  }

  /// The files of a folder whose form is known.
  private mutating func known(_ names: [String]) throws -> Group? {
    if names.contains("run.json") && names.contains("metrics.jsonl") {
      let wanted = ["metrics.jsonl", "config.yaml", "run.json"].filter(names.contains)
      leftOut = names.filter { !wanted.contains($0) }
      return Group(paths: wanted.map { folder + "/" + $0 }, remark: remark)
    }
    let state = "trainer_state.json"
    if names.contains(state) {
      leftOut = names.filter { $0 != state }
      return Group(paths: [folder + "/" + state], remark: remark)
    }
    // A later state of the Trainer holds what the earlier ones do.
    let checkpoints = names.filter { Files.exists("\(folder)/\($0)/\(state)") }
    let last = checkpoints.max { RunFolderFiles.number(of: $0) < RunFolderFiles.number(of: $1) }
    guard let last, checkpoints.allSatisfy({ $0.hasPrefix("checkpoint-") }) else { return nil }
    leftOut = names.filter { $0 != last }
    return Group(paths: ["\(folder)/\(last)/\(state)"], remark: remark)
  }

  private static func number(of checkpoint: String) -> Int {
    Int(checkpoint.drop { !$0.isNumber }) ?? -1
  }

  private mutating func look(at name: String) throws {
    if name.hasPrefix(".") { return }
    if !Files.isDirectory(folder + "/" + name) { return try judge(name) }
    // Folders in folders are not looked into; one that cannot be read says so.
    for inner in try Files.list(folder + "/" + name) where !inner.hasPrefix(".") {
      let path = name + "/" + inner
      if Files.isDirectory(folder + "/" + path) {
        leftOut.append(path + "/")
      } else {
        try judge(path)
      }
    }
  }

  /// Takes a file that is of a kind that is read.
  private mutating func judge(_ name: String) throws {
    looked += 1
    if looked > RunFolderFiles.fileLimit { return leftOut.append(name) }
    let path = folder + "/" + name
    do {
      let content = try RunFiles.content(of: path)
      let isTaken: Bool
      switch content.kind {
      // Any text may be a log: here only what is called one is taken.
      case .consoleLog: isTaken = RunFolderFiles.isCalledLog(name)
      case .configuration:
        isTaken = try FileStamp(of: path).length <= RunFolderFiles.configurationLimit
      default: isTaken = true
      }
      if !isTaken { return leftOut.append(name) }
      found.append((name, content.kind == .configuration))
    } catch is RunFileError {
      leftOut.append(name)
    } catch is FileError {
      leftOut.append(name)
    }
  }

  private static func isCalledLog(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasSuffix(".log") || name.hasSuffix(".out") || name.hasSuffix(".err")
      || NameWords.split(name).contains("log")
  }
}
