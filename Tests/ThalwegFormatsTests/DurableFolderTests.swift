import Testing
import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct DurableFolderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func save(_ name: String) throws {
    try Files.durableFolder(at: folder[name]) { (aside) throws(FileError) in
      try Files.makeDirectory(aside + "/inner")
      try Files.writeDurably(aside + "/inner/a", [1])
      try Files.replaceLink(at: aside + "/link", to: "inner")
    }
  }

  @Test func appearsAsAWhole() throws {
    let path = folder["new"]
    try Files.durableFolder(at: path) { (aside) throws(FileError) in
      #expect(aside == folder[".saving-new"])
      #expect(!Files.exists(path))
      try Files.writeDurably(aside + "/a", [1])
    }
    #expect(try Files.list(path) == ["a"])
    #expect(try Files.list(folder.path) == ["new"])
    try save("parents/are/made")
    #expect(try Files.read(folder["parents/are/made/inner/a"]) == [1])
  }

  @Test func takesThePlaceOfAnEmptyFolder() throws {
    try Files.makeDirectory(folder["empty"])
    try save("empty")
    #expect(try Files.list(folder["empty"]) == ["inner", "link"])
    try Files.makeDirectory(folder["slash"])
    try save("slash/")
    #expect(try Files.list(folder["slash"]) == ["inner", "link"])
  }

  @Test func aFullFolderOrAFileIsLeftAlone() throws {
    try save("full")
    #expect(throws: FileError.notEmpty(path: folder["full"])) { try save("full") }
    let file = try folder.write("file", "x")
    #expect(throws: FileError.notDirectory(path: file)) { try save("file") }
    #expect(try Files.list(folder.path) == ["file", "full"])
    #expect(try Files.list(folder["full"]) == ["inner", "link"])
  }

  @Test func anErrorOfTheBodyLeavesNothing() throws {
    try Files.makeDirectory(folder["empty"])
    for name in ["empty", "new"] {
      #expect(throws: FileError.missing(path: "why")) {
        try Files.durableFolder(at: folder[name]) { (aside) throws(FileError) in
          try Files.writeDurably(aside + "/a", [1])
          throw .missing(path: "why")
        }
      }
    }
    #expect(try Files.list(folder.path) == ["empty"])
    #expect(try Files.list(folder["empty"]).isEmpty)
  }

  @Test func leftoversOfACrashAreNotMixedIn() throws {
    try Files.makeDirectory(folder[".saving-new"])
    _ = try folder.write(".saving-new/stale", "x")
    try save("new")
    #expect(try Files.list(folder["new"]) == ["inner", "link"])
  }

  #if os(Linux)
    @Test func aFullDiskIsNamed() throws {
      let path = folder["disk"]
      try Files.makeDirectory(path)
      // Only the superuser may mount; elsewhere the test ends here and says so.
      guard mount("none", path, "tmpfs", 0, "size=64k") == 0 else {
        try Test.cancel("mounting a small disk is not permitted here")
      }
      defer { umount(path) }
      let large = [UInt8](repeating: 7, count: 1 << 17)
      #expect(throws: FileError.diskFull(path: path + "/a")) {
        try Files.writeDurably(path + "/a", large)
      }
      #expect(try Files.list(path).isEmpty)
      #expect(throws: FileError.self) {
        try Files.durableFolder(at: path + "/d") { (aside) throws(FileError) in
          try Files.writeDurably(aside + "/small", [1])
          try Files.writeDurably(aside + "/a", large)
        }
      }
      #expect(try Files.list(path).isEmpty)
      try Files.writeDurably(path + "/a", [1])
    }
  #endif
}
