import Testing
import ThalwegFormats
import ThalwegRecord

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What Scripts/golden/runs.py read in the records of training.
enum RunGolden {
  static func path(_ name: String) -> String { Golden.path("trainings/" + name) }

  static func bytes(_ name: String) throws -> [UInt8] { try Files.read(path(name)) }

  /// The figures of a file.
  static func figures(_ list: String, _ name: String) throws -> JSON {
    try #require(try Golden.entries(list, of: "runs.json").first { $0["name"]?.string == name })
  }

  /// Checks all series of a record against the figures.
  /// - Parameter renamed: names of ours by theirs, where they differ.
  static func check(
    _ record: RunRecord, _ golden: JSON, renamed: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let theirs = try #require(golden["series"]?.array, sourceLocation: sourceLocation)
    let known = record.series.filter { $0.count > 0 }
    #expect(known.count == theirs.count, sourceLocation: sourceLocation)
    for their in theirs {
      let name = try #require(their["name"]?.string, sourceLocation: sourceLocation)
      let ours = known.first { $0.key.name == renamed[name] ?? name && $0.key.tensor == nil }
      let series = try #require(ours, "\(name)", sourceLocation: sourceLocation)
      #expect(series.count == their["count"]?.int, "\(name)", sourceLocation: sourceLocation)
      #expect(
        series.nonFiniteCount == their["non_finite"]?.int, "\(name)",
        sourceLocation: sourceLocation)
      #expect(
        series.lowest?.value == their["lowest"]?.double, "\(name)",
        sourceLocation: sourceLocation)
      #expect(
        series.highest?.value == their["highest"]?.double, "\(name)",
        sourceLocation: sourceLocation)
      let sum = series.samples.reduce(0) { $0 + $1.mean * Double($1.count) }
      let sumOfTheirs = their["sum"]?.double ?? .nan
      #expect(
        abs(sum - sumOfTheirs) <= 1e-12 * max(1, abs(sumOfTheirs)), "\(name)",
        sourceLocation: sourceLocation)
      for (point, end) in [(series.first, "first"), (series.last, "last")] {
        let value = try #require(their[end]?.double, sourceLocation: sourceLocation)
        let isSame = point?.value == value || (point?.value.isNaN == true && value.isNaN)
        #expect(isSame, "\(name) \(end)", sourceLocation: sourceLocation)
        #expect(
          point?.place.position == their[end + "_line"]?.int, "\(name) \(end)",
          sourceLocation: sourceLocation)
      }
    }
  }
}

extension RunRecord {
  /// The series of that name.
  func named(
    _ name: String, tensor: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Series {
    let found = series.filter { $0.key.name == name && $0.key.tensor == tensor }
    #expect(found.count == 1, "\(name)", sourceLocation: sourceLocation)
    return try #require(
      found.first, "\(name) in \(series.map(\.key.name))", sourceLocation: sourceLocation)
  }

  func setting(_ name: String) -> Setting? { settings.first { $0.name == name } }
}

/// Writes a file without waiting for the disk, as tests with thousands of files must: a file that
/// is cut to nothing and written again is flushed by some file systems, a new one is not.
func put(_ bytes: [UInt8], _ path: String) throws {
  unlink(path)
  let file = try #require(fopen(path, "w"))
  let written = fwrite(bytes, 1, bytes.count, file)
  #expect(fclose(file) == 0 && written == bytes.count)
}

/// Reads a text that holds one run, as a file without a telling name.
func readRun(
  _ text: String, maps: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
) throws -> RunRecord {
  let folder = try TemporaryFolder()
  let path = folder["x"]
  try put(Array(text.utf8), path)
  let records = try RunFiles.read([path], options: RunFileOptions(maps: maps))
  #expect(records.count == 1, sourceLocation: sourceLocation)
  return try #require(records.first, sourceLocation: sourceLocation)
}

/// The line of the error that reading the text ends with.
func refusal(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
  do {
    let folder = try TemporaryFolder()
    try put(Array(text.utf8), folder["x"])
    _ = try RunFiles.read([folder["x"]])
    Issue.record("was not refused: \(text.prefix(200))", sourceLocation: sourceLocation)
    return ""
  } catch {
    let line = "\(error)"
    #expect(line.allSatisfy { !$0.isNewline }, sourceLocation: sourceLocation)
    #expect(error is RunFileError || error is FileError, sourceLocation: sourceLocation)
    return line
  }
}
