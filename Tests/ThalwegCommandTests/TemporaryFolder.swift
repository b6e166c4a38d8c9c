import Testing
import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder of the test's own, removed with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/thalweg-command-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&template))
    path = String(cString: made)
  }

  deinit {
    do {
      try Files.remove(path, recursively: true)
    } catch {
      Issue.record(error)
    }
  }

  subscript(_ name: String) -> String { path + "/" + name }

  /// What lies in the folder.
  func names() throws -> [String] { try Files.list(path) }

  /// Writes a file and gives its path.
  func write(_ name: String, _ text: String) throws -> String {
    try Files.writeDurably(self[name], Array(text.utf8))
    return self[name]
  }

  /// Runs the command from this folder to its end.
  func run(_ words: [String], environment: [String: String] = [:]) throws -> CommandRun {
    try CommandRun.of(words, in: path, environment: environment)
  }

  /// Every path in the folder, and what is in each file.
  func contents(of name: String = "") throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for entry in try Files.list(path + name) {
      let inner = name + "/" + entry
      if let target = Files.target(ofLink: path + inner) {
        found[inner] = Array(target.utf8)
      } else if Files.isDirectory(path + inner) {
        found[inner + "/"] = []
        found.merge(try contents(of: inner)) { old, _ in old }
      } else {
        found[inner] = try Files.read(path + inner)
      }
    }
    return found
  }
}
