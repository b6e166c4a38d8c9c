import ThalwegDiagnosis
private import ThalwegFormats
import ThalwegRecord

/// A run that configuration files describe, and its ordinary diagnosis.
enum ReplayRun {
  /// - Parameter paths: the files, which are read where they lie.
  static func diagnose(_ paths: [String], name: String) throws -> Diagnosis {
    Diagnosis(try read(try paths.map { ($0, try Files.read($0)) }, name: name))
  }

  /// The record that files of these bytes give together.
  static func read(_ files: [(path: String, bytes: [UInt8])], name: String) throws -> RunRecord {
    var run = RunRecord(name: name)
    for (path, bytes) in files {
      let source = SourceRecord(path: path, kind: RunFileKind.configuration.title)
      let collector = RunCollector(source, index: run.sources.count)
      try ConfigurationReader.read(bytes, path: path, into: collector)
      let (read, drafts) = collector.finished
      run.sources.append(read)
      for draft in drafts {
        run.series += draft.series
        run.settings += draft.settings
        run.incidents += draft.incidents
      }
    }
    return run
  }
}
