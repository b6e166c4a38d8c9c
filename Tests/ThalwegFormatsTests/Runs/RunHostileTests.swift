import Testing
import ThalwegFormats
import ThalwegRecord

/// Whatever the bytes, a file is read or refused with one line that names it.
@Suite struct RunHostileTests {
  /// A byte of the file is replaced, put in or left out, each in turn.
  @Test(arguments: [
    "trainer_state_empty.json", "lightning.csv", "pandas.csv", "pandas_comma.csv",
    "pandas_long.csv", "pandas.jsonl", "pandas.json", "keras_history.json",
  ])
  func everyByteChanged(name: String) throws {
    let bytes = try RunGolden.bytes(name)
    let telling = Array("\"\\{[:,;\n -e0".utf8) + [0, 0xFF]
    let folder = try TemporaryFolder()
    var (accepted, refused) = (0, 0)
    for place in bytes.indices {
      var changed = bytes
      switch place % 3 {
      case 0: changed[place] = telling[place / 3 % telling.count]
      case 1: changed.insert(telling[place / 3 % telling.count], at: place)
      default: changed.remove(at: place)
      }
      try put(changed, folder["x"])
      do {
        let records = try RunFiles.read([folder["x"]])
        check(records)
        accepted += 1
      } catch {
        refused += 1
        #expect(error is RunFileError)
        #expect("\(error)".contains(folder["x"]))
        #expect("\(error)".allSatisfy { !$0.isNewline })
      }
    }
    // Were all refused or all accepted, the changes would reach nothing.
    #expect(accepted > bytes.count / 20)
    #expect(refused > bytes.count / 100)
  }

  /// Places lead to the file, and counts fit one another.
  private func check(_ records: [RunRecord]) {
    for record in records {
      for series in record.series {
        let finite = series.samples.reduce(0) { $0 + $1.count }
        #expect(finite + series.nonFiniteCount == series.count)
        #expect(record.sources.indices.contains(series.key.source))
        if let last = series.last { #expect(!record.name(of: last.place).isEmpty) }
      }
      for source in record.sources { #expect(source.understood <= source.parts) }
    }
  }

  @Test func manyNamesAndLongOnesAreBounded() throws {
    var lines = ""
    for line in 0..<210 {
      let members = (0..<100).map { "\"n\(line * 100 + $0)\": 1" }
      lines += "{\"step\": \(line), \(members.joined(separator: ", "))}\n"
    }
    lines += "{\"\(String(repeating: "n", count: 300))\": 1}\n"
    let record = try readRun(lines)
    #expect(record.series.count == 19_999)
    #expect(
      record.sources[0].remarks == [
        "values under more names, or longer ones, than are read: 1002, the first in line 200"
      ])
  }

  @Test func manyRunsAreBounded() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<5000).map { "\(2 - $0 % 2),\($0)\n" }.joined()
    let path = try folder.write("x", "step,loss\n" + rows)
    let records = try RunFiles.read([path])
    #expect(records.count == 1000)
    #expect(records[0].sources[0].remarks == ["runs beyond the first 1000 are taken for one"])
    #expect(records.reduce(0) { $0 + $1.series[0].count } == 5000)
  }

  @Test func longSeriesKeepCountsExtremesAndEnds() throws {
    var table = "step,loss\n"
    for step in 0..<40_000 { table += "\(step),\(step == 31_234 ? -5.0 : Double(step % 100))\n" }
    let loss = try readRun(table).named("loss")
    #expect(loss.count == 40_000 && loss.points == nil)
    #expect(loss.lowest?.value == -5 && loss.lowest?.progress.step == 31_234)
    #expect(loss.lowest?.place.position == 31_236)
    #expect(loss.zeros == 400)
    #expect(loss.samples.count <= 1 << 14)
    #expect(loss.last?.value == 99)
  }
}
