import Testing
import ThalwegFormats
import ThalwegRecord

@Suite struct RunWatchTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func append(_ text: String, to name: String) throws {
    let file = try AppendFile(folder[name], truncatedTo: Files.read(folder[name]).count)
    try file.append(Array(text.utf8))
    try file.sync()
  }

  @Test func growingFilesAreReadOn() throws {
    let lines = try folder.write("a", "{\"step\": 1, \"loss\": 3}\n{\"step\": 2, \"lo")
    let table = try folder.write("b", "step,norm\n1,5\n")
    let watch = try RunWatch([lines, table])
    #expect(try watch.advance())
    #expect(try watch.records[0].named("loss").count == 1)
    #expect(try !watch.advance())
    try append("ss\": 2}\n{\"step\": 3,", to: "a")
    #expect(try watch.advance())
    #expect(try watch.records[0].named("loss").points?.map(\.value) == [3, 2])
    try append("2,4\n3", to: "b")
    #expect(try watch.advance())
    #expect(try watch.records[0].named("norm").points?.map(\.place.position) == [2, 3])
    #expect(watch.records[0].sources[0].remarks.isEmpty)
    // At the end what is not whole is left out, and said.
    _ = try watch.advance(isFinal: true)
    #expect(
      watch.records[0].sources.map(\.remarks) == [
        ["cut last line, left out: 1, the first in line 3"],
        ["cut last line, left out: 1, the first in line 4"],
      ])
  }

  @Test func documentsAreReadAgain() throws {
    func state(_ steps: Int) -> String {
      let entries = (1...steps).map { "{\"step\": \($0), \"loss\": \($0)}" }
      return "{\"log_history\": [\(entries.joined(separator: ",\n"))]}"
    }
    let path = try folder.write("state", state(2))
    let watch = try RunWatch([path])
    #expect(try watch.advance())
    #expect(try !watch.advance())
    _ = try folder.write("state", state(4))
    #expect(try watch.advance())
    #expect(try watch.records[0].named("loss").count == 4)
    // Half written: what was read stays.
    _ = try folder.write("state", String(state(9).dropLast(9)))
    #expect(try !watch.advance())
    #expect(try watch.records[0].named("loss").count == 4)
    _ = try folder.write("state", state(9))
    #expect(try watch.advance())
    #expect(try watch.records[0].named("loss").count == 9)
  }

  @Test func aFileThatIsEmptyAtFirst() throws {
    let path = try folder.write("x", "")
    let watch = try RunWatch([path])
    #expect(try !watch.advance())
    #expect(watch.records.map(\.name) == [path])
    try append("step,loss\n1,2\n", to: "x")
    #expect(try watch.advance())
    #expect(try watch.records[0].named("loss").count == 1)
  }

  @Test func aFirstLineThatIsHalfWritten() throws {
    let watches = try ["a", "b", "c"].map { try RunWatch([folder.write($0, "")]) }
    try append("{\"step\": 1, \"lo", to: "a")
    try append("step,lo", to: "b")
    try append("{\"log_history\": [{\"step\": 1, \"loss\": 2}]}", to: "c")
    #expect(try watches.map { try $0.advance() } == [false, false, true])
    try append("ss\": 2}\n", to: "a")
    try append("ss\n1,2\n", to: "b")
    #expect(try watches.map { try $0.advance() } == [true, true, false])
    for watch in watches { #expect(try watch.records[0].named("loss").count == 1) }
  }

  @Test func aFileThatIsBegunAnew() throws {
    let path = try folder.write("x", "step,loss\n1,2\n2,1\n")
    let watch = try RunWatch([path])
    _ = try watch.advance()
    try Files.remove(path)
    _ = try folder.write("x", "step,loss\n1,7\n")
    #expect(try watch.advance())
    #expect(try watch.records[0].named("loss").points?.map(\.value) == [7])
    #expect(watch.records[0].sources[0].remarks[0].contains("begun anew"))
  }

  @Test func aFaultInWhatCameIsAnError() throws {
    let path = try folder.write("x", "step,loss\n1,2\n")
    let watch = try RunWatch([path], options: RunFileOptions(maps: ["lr=rate"]))
    _ = try watch.advance()
    #expect(watch.unusedMaps == [.unusedMap(map: "lr=rate", nearest: nil)])
    try append("1,2,3\n", to: "x")
    #expect(throws: RunFileError.self) { try watch.advance() }
  }
}
