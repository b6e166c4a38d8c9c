package import ThalwegFormats

/// The files that a run leaves, and their names.
package struct RunFolder: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  package var configuration: String { path + "/config.yaml" }
  package var description: String { path + "/run.json" }
  package var metrics: String { path + "/metrics.jsonl" }
  package var timing: String { path + "/timing.jsonl" }
  package var checkpoints: String { path + "/checkpoints" }
  package var last: String { checkpoints + "/last" }
  package var best: String { checkpoints + "/best" }

  /// Makes the folder with what is known before the first step; it appears as a whole.
  /// - Throws: where `path` holds something already, or cannot be written.
  package func create(configuration: String, description: JSON) throws(FileError) {
    try Files.durableFolder(at: path) { (aside) throws(FileError) in
      let folder = RunFolder(aside)
      try Files.writeDurably(folder.configuration, Array(configuration.utf8))
      try Files.writeDurably(folder.description, Array((description.pretty + "\n").utf8))
      try Files.makeDirectory(folder.checkpoints)
    }
  }

  /// The first of `runs/<name>-1`, `runs/<name>-2`, ... that does not exist.
  package static func next(for name: String) -> RunFolder {
    var number = 1
    while Files.exists("runs/\(name)-\(number)") { number += 1 }
    return RunFolder("runs/\(name)-\(number)")
  }
}
