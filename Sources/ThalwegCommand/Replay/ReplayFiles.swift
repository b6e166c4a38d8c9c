import ThalwegDiagnosis
private import ThalwegFormats
private import ThalwegPresets
import ThalwegRecord

/// The files of a case: those that ship with the command, copies of the user's in their place, and
/// single values set in them.
struct ReplayFiles {
  private struct File {
    let name: String
    var bytes: [UInt8]
    /// Where it comes from, where it is not as it ships.
    var origin: String?
  }

  /// In which files a key is looked for.
  private static let settable = ["diagnosed", "stated"]

  private var files: [File]

  /// - Parameter folder: holds copies that replace those of their names; nil: none.
  init(folder: String?) throws {
    files = Presets.highGradient.map { File(name: $0.name, bytes: $0.bytes) }
    guard let folder else { return }
    guard Files.exists(folder) else { throw FileError.missing(path: folder) }
    var isReplaced = false
    for index in files.indices {
      let path = folder + "/" + files[index].name + ".yaml"
      if !Files.exists(path) { continue }
      files[index].bytes = try Files.read(path)
      files[index].origin = path
      isReplaced = true
    }
    if !isReplaced { throw ReplayError.noFiles(folder: folder, known: names) }
  }

  private var names: [String] { files.map { $0.name + ".yaml" } }

  /// What differs from the files as they ship, in words.
  private(set) var edits: [String] = []

  /// The files that came from the user's folder.
  var replaced: [String] { files.compactMap(\.origin) }

  /// Sets one key, given as `key=value`, in the first file that has it.
  mutating func set(_ assignment: String) throws {
    let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
      parts[1].allSatisfy({ !$0.isNewline })
    else { throw ReplayError.badAssignment(assignment) }
    let (key, value) = (String(parts[0]), String(parts[1]))
    var known: [String] = []
    for name in ReplayFiles.settable {
      guard let index = files.firstIndex(where: { $0.name == name }) else { continue }
      let path = name + ".yaml"
      let run = try ReplayFiles.run(files[index].bytes, path)
      let places =
        run.settings.filter { ReplayFiles.isNamed($0.name, key) }.map(\.place)
        + run.series.filter { ReplayFiles.isNamed($0.key.name, key) }
        .flatMap { $0.points?.map(\.place) ?? [] }
      known += run.settings.map(\.key) + run.series.map(\.key.name)
      if places.isEmpty { continue }
      for place in places {
        try edit(index, line: place.position ?? 0, key: key, value: value)
      }
      edits.append(assignment)
      return
    }
    throw ReplayError.unknownKey(key, nearest: Spelling.nearest(key, in: known))
  }

  /// Whether a name is the key, or ends with it behind a point.
  private static func isNamed(_ name: String, _ key: String) -> Bool {
    name == key || name.hasSuffix("." + key)
  }

  private mutating func edit(_ index: Int, line: Int, key: String, value: String) throws {
    let text = String(decoding: files[index].bytes, as: UTF8.self)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let place = "\(files[index].name).yaml:\(line)"
    guard lines.indices.contains(line - 1),
      let colon = lines[line - 1].firstIndex(of: ":"), !lines[line - 1].contains("{")
    else { throw ReplayError.cannotEdit(key: key, place: place) }
    lines[line - 1] = lines[line - 1][...colon] + " " + value
    let edited = Array(lines.joined(separator: "\n").utf8)
    // The value must not have taken the file apart.
    let path = files[index].name + ".yaml"
    let before = try ReplayFiles.run(files[index].bytes, path)
    let after = try ReplayFiles.run(edited, path)
    let isSame =
      before.settings.map(\.name) == after.settings.map(\.name)
      && before.series.map(\.key.name) == after.series.map(\.key.name)
    if !isSame { throw ReplayError.badAssignment("\(key)=\(value)") }
    files[index].bytes = edited
  }

  /// What a file that is not written yet says.
  private static func run(_ bytes: [UInt8], _ path: String) throws -> RunRecord {
    let source = SourceRecord(path: path, kind: RunFileKind.configuration.title)
    let collector = RunCollector(source, index: 0)
    try ConfigurationReader.read(bytes, path: path, into: collector)
    var run = RunRecord(name: path)
    for draft in collector.finished.1 {
      run.series += draft.series
      run.settings += draft.settings
    }
    return run
  }

  /// Writes all files into a new or empty folder.
  func write(to folder: String) throws {
    if Files.exists(folder), try !Files.list(folder).isEmpty {
      throw FileError.notEmpty(path: folder)
    }
    try Files.makeDirectory(folder, withParents: true)
    for file in files { try Files.writeDurably("\(folder)/\(file.name).yaml", file.bytes) }
  }
}
