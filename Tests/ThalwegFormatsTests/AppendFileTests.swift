import Testing
import ThalwegFormats

@Suite struct AppendFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func appendsInOrderThroughTheBuffer() throws {
    let file = try AppendFile(folder["a"])
    var expected: [UInt8] = []
    for size in [0, 1, 70_000, 3, 65_536, 65_535, 2, 200_000, 5] {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &+ size) }
      try file.append(bytes)
      expected += bytes
      #expect(file.length == expected.count)
    }
    try file.append("text ü")
    expected += Array("text ü".utf8)
    #expect(try Files.read(folder["a"]).count < expected.count)
    try file.flush()
    #expect(try Files.read(folder["a"]) == expected)
    try file.append("!")
    try file.sync()
    #expect(try Files.read(folder["a"]) == expected + [0x21])
  }

  @Test func goesOnWhereItStood() throws {
    _ = try folder.write("a", "0123456789")
    let whole = try AppendFile(folder["a"])
    #expect(whole.length == 10)
    try whole.append("x")
    try whole.sync()
    let cut = try AppendFile(folder["a"], truncatedTo: 4)
    #expect(cut.length == 4)
    try cut.append("y")
    try cut.sync()
    #expect(try Files.read(folder["a"]) == Array("0123y".utf8))
    #expect(throws: FileError.shorter(path: folder["a"], length: 5, wanted: 6)) {
      try AppendFile(folder["a"], truncatedTo: 6)
    }
    #expect(try Files.read(folder["a"]) == Array("0123y".utf8))
  }

  @Test func cannotOpen() throws {
    #expect(throws: FileError.isDirectory(path: folder.path)) { try AppendFile(folder.path) }
    #expect(throws: FileError.self) { try AppendFile(folder["no/a"]) }
  }

  @Test(.enabled(if: Files.exists("/dev/full"), "no /dev/full"))
  func aFullDiskKeepsTheBuffer() throws {
    let file = try AppendFile("/dev/full")
    try file.append("abc")
    #expect(throws: FileError.diskFull(path: "/dev/full")) { try file.flush() }
    #expect(file.length == 3)
    #expect(throws: FileError.diskFull(path: "/dev/full")) {
      try file.append([UInt8](repeating: 1, count: 65_534))
    }
    #expect(file.length == 3)
    #expect(throws: FileError.diskFull(path: "/dev/full")) { try file.sync() }
  }
}
