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
    var template = Array("/tmp/thalweg-formats-XXXXXX".utf8CString)
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

  /// Writes a file and gives its path.
  func write(_ name: String, _ text: String) throws -> String {
    try Files.writeDurably(self[name], Array(text.utf8))
    return self[name]
  }
}
