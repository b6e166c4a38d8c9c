import Testing
import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct FilesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func writesAndReadsBytes() throws {
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    try Files.writeDurably(folder["a"], bytes)
    #expect(try Files.read(folder["a"]) == bytes)
    try Files.writeDurably(folder["a"], [1, 2])
    #expect(try Files.read(folder["a"]) == [1, 2])
    try Files.writeDurably(folder["a"], [])
    #expect(try Files.read(folder["a"]) == [])
    #expect(try Files.list(folder.path) == ["a"])
  }

  @Test(.enabled(if: Files.exists("/proc/self/status"), "no /proc"))
  func readsFilesThatReportNoSize() throws {
    #expect(try Files.read("/proc/self/status").count > 100)
  }

  @Test func readingErrors() throws {
    let file = try folder.write("a", "x")
    #expect(throws: FileError.missing(path: folder["no"])) { try Files.read(folder["no"]) }
    #expect(throws: FileError.isDirectory(path: folder.path)) { try Files.read(folder.path) }
    #expect(throws: FileError.notDirectory(path: file + "/b")) { try Files.read(file + "/b") }
    #expect(throws: FileError.notDirectory(path: file)) { try Files.list(file) }
    #expect(throws: FileError.missing(path: folder["no"])) { try Files.list(folder["no"]) }
    // The superuser may read everything, so that only a loop of links is unreadable to all.
    try Files.replaceLink(at: folder["loop"], to: "loop")
    #expect {
      try Files.read(folder["loop"])
    } throws: { error in
      guard case .unreadable(folder["loop"], let reason)? = error as? FileError else {
        return false
      }
      return !reason.isEmpty
    }
  }

  @Test func writingErrors() throws {
    let file = try folder.write("a", "x")
    #expect {
      try Files.writeDurably(folder["no/b"], [1])
    } throws: { error in
      if case .cannotWrite(folder["no/b"], _)? = error as? FileError { true } else { false }
    }
    try Files.makeDirectory(folder["d"])
    #expect(throws: FileError.isDirectory(path: folder["d"])) {
      try Files.writeDurably(folder["d"], [1])
    }
    #expect(throws: FileError.notDirectory(path: file)) { try Files.makeDirectory(file) }
    #expect(try Files.list(folder.path) == ["a", "d"])
  }

  @Test func makesListsAndRemovesFolders() throws {
    try Files.makeDirectory(folder["p/q/r"], withParents: true)
    try Files.makeDirectory(folder["p/q/r"], withParents: true)
    for name in ["b", "a", ".hidden", "C"] { _ = try folder.write("p/q/\(name)", "x") }
    #expect(try Files.list(folder["p/q"]) == [".hidden", "C", "a", "b", "r"])
    #expect(Files.isDirectory(folder["p/q"]))
    #expect(!Files.isDirectory(folder["p/q/a"]))
    #expect(Files.exists(folder["p/q/a"]))
    #expect(throws: FileError.notEmpty(path: folder["p"])) { try Files.remove(folder["p"]) }
    let kept = try folder.write("kept", "x")
    try Files.replaceLink(at: folder["p/link"], to: folder.path)
    try Files.remove(folder["p"], recursively: true)
    #expect(!Files.exists(folder["p"]))
    #expect(Files.exists(kept))
    #expect(throws: FileError.self) { try Files.remove(folder["p"], recursively: true) }
  }

  @Test func aLinkIsReplacedInOneStep() throws {
    _ = try folder.write("one", "1")
    _ = try folder.write("two", "2")
    try Files.replaceLink(at: folder["last"], to: "one")
    #expect(try Files.read(folder["last"]) == Array("1".utf8))
    try Files.replaceLink(at: folder["last"], to: "two")
    #expect(try Files.read(folder["last"]) == Array("2".utf8))
    #expect(try Files.list(folder.path) == ["last", "one", "two"])
    try Files.makeDirectory(folder["d"])
    #expect(throws: FileError.isDirectory(path: folder["d"])) {
      try Files.replaceLink(at: folder["d"], to: "one")
    }
    #expect(try Files.list(folder.path) == ["d", "last", "one", "two"])
  }

  @Test func everyErrorIsOneLineWithItsPath() {
    let errors: [FileError] = [
      .missing(path: "p/q"), .isDirectory(path: "p/q"), .notDirectory(path: "p/q"),
      .unreadable(path: "p/q", reason: "r"), .notEmpty(path: "p/q"),
      .cannotWrite(path: "p/q", reason: "r"), .diskFull(path: "p/q"),
      .shorter(path: "p/q", length: 1, wanted: 2),
    ]
    for error in errors {
      #expect(error.description.hasPrefix("p/q: "))
      #expect(!error.description.contains("\n"))
    }
    #expect(Set(errors.map(\.description)).count == errors.count)
  }
}
