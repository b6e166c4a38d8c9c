package import ThalwegRecord

/// Files that describe runs of training, kept open while they grow.
///
/// Files and folders: all files that were named, and one folder among them, describe one run,
/// unless a file says that it holds several; each of several folders is a run of its own. A file
/// of nothing but settings belongs to every run of the same, and one that was named to all.
package final class RunWatch {
  /// The group of files that were named.
  private static let named = 0

  private let options: RunFileOptions
  private var sources: [RunSource] = []
  /// What a run of a group of files is called: the folder.
  private var titles: [Int: String] = [:]

  /// - Parameter configurations: files of settings, whatever their content looks like.
  /// - Throws: where a path does not exist, or a folder holds nothing that is read.
  package init(
    _ paths: [String], configurations: [String] = [], options: RunFileOptions = RunFileOptions()
  ) throws {
    self.options = options
    var folders: [(path: String, groups: [RunFolderFiles.Group])] = []
    for path in paths where Files.isDirectory(path) {
      folders.append((path, try RunFolderFiles.groups(of: path)))
    }
    let isOneRun = folders.count == 1 && folders[0].groups.count == 1
    var group = RunWatch.named
    for path in paths {
      guard let index = folders.firstIndex(where: { $0.path == path }) else {
        try add(path, to: RunWatch.named)
        continue
      }
      let folder = folders.remove(at: index)
      for files in folder.groups {
        if !isOneRun { group += 1 }
        if titles[group] == nil { titles[group] = RunWatch.title(of: files, in: folder.path) }
        var remark = files.remark
        for file in files.paths {
          try add(file, to: group, remark: remark)
          remark = nil
        }
      }
    }
    for path in configurations { try add(path, to: RunWatch.named, isConfiguration: true) }
  }

  private func add(
    _ path: String, to group: Int, isConfiguration: Bool = false, remark: String? = nil
  ) throws {
    sources.append(
      try RunSource(
        path, index: sources.count, group: group, options: options,
        isConfiguration: isConfiguration, remark: remark))
  }

  /// The folder, or the one in it that holds the group.
  private static func title(of files: RunFolderFiles.Group, in folder: String) -> String {
    guard let first = files.paths.first else { return folder }
    let inner = Files.folder(of: first)
    return files.paths.allSatisfy { Files.folder(of: $0) == inner } ? inner : folder
  }

  /// Reads what has come since.
  /// - Parameter isFinal: whether the files will not grow any more.
  /// - Returns: whether anything new came.
  package func advance(isFinal: Bool = false) throws -> Bool {
    var isNew = false
    for source in sources {
      if try source.advance(isFinal: isFinal) { isNew = true }
    }
    return isNew
  }

  /// What the files say of each run, as far as they were read.
  package var records: [RunRecord] {
    let finished = sources.map(\.finished)
    var merge = RunMerge(finished.map(\.source))
    for (source, finished) in zip(sources, finished) {
      merge.add(
        finished.runs, path: source.path, group: source.group, title: titles[source.group],
        isForAll: source.group == RunWatch.named)
    }
    return merge.records
  }

  /// Whether what was read is worth judging: each name of the map is in a file, and something was
  /// understood.
  /// - Throws: where it is not; a run of which nothing is known is not one in which nothing is wrong.
  package func check() throws(RunFileError) {
    if let unused = unusedMaps.first { throw unused }
    guard records.allSatisfy(\.isEmpty), let source = sources.first?.finished.source else { return }
    throw .unknownKind(
      path: source.path, found: "none of its \(source.parts) lines yields a figure or a setting")
  }

  /// What the user says of names that no file has.
  package var unusedMaps: [RunFileError] {
    let used = Set(sources.flatMap(\.collector.mapped))
    var known: [String] = []
    for run in sources.flatMap(\.collector.runs) { known += run.series.map(\.key.name) }
    return options.mapped.filter { !used.contains($0) }.map { name in
      let text = "\(options.map[name] ?? "")=\(name)"
      return .unusedMap(map: text, nearest: Spelling.nearest(name, in: known))
    }
  }
}
