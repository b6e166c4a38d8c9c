import Testing
import ThalwegFormats
import ThalwegRecord

@Suite struct ConfigurationReaderTests {
  private func refusal(_ text: String) -> String {
    do {
      _ = try ReadConfiguration(text)
      Issue.record("was not refused: \(text.prefix(60))")
      return ""
    } catch {
      let line = "\(error)"
      #expect(line.contains("a.yaml") && line.allSatisfy { !$0.isNewline }, "\(line)")
      return line
    }
  }

  @Test func settingsKeepTheirLineAndSpelling() throws {
    let read = try ReadConfiguration(
      """
      # A comment.
      model:

        rate: 5e-3   # a text
        name: "5"
        sizes:
          - 1
          - 2
      rate: 5.0e-3
      """)
    #expect(read.settings.map(\.name) == ["model.rate", "model.name", "model.sizes", "rate"])
    #expect(read.settings.map(\.place.position) == [4, 5, 6, 9])
    #expect(read.settings.map(\.text) == ["5e-3", "\"5\"", "[1, 2]", "5.0e-3"])
    #expect(read["model.rate"]?.value == .text("5e-3"))
    #expect(read["model.sizes"]?.value == .list([.number(1), .number(2)]))
    #expect(read["rate"]?.number == 0.005)
    #expect(read.settings.allSatisfy { $0.origin == .configuration })
    #expect(read.source.parts == 4 && read.source.understood == 4)
  }

  @Test func aKeyGivenTwiceIsKeptTwice() throws {
    for text in ["a:\n  b: 1\n  b: 2\n", "{\"a\": {\"b\": 1,\n \"b\": 2}}"] {
      let read = try ReadConfiguration(text)
      #expect(read.settings.map(\.name) == ["a.b", "a.b"])
      #expect(read.settings.map(\.number) == [1, 2])
    }
  }

  @Test func jsonIsReadByItsOwnRules() throws {
    let read = try ReadConfiguration(
      """
      {
        "learning_rate": 1e-4,
        "text": "5e-3", "worst": -Infinity, "loss": NaN,
        "emoji": "\\ud83d\\ude00 /\\/", "none": null, "flag": false,
        "list": [{"k": [1, [2]]}, 3], "empty": {}
      }
      """)
    #expect(read["learning_rate"]?.value == .number(1e-4))
    #expect(read["learning_rate"]?.place.position == 2)
    #expect(read["text"]?.value == .text("5e-3") && read["text"]?.text == "\"5e-3\"")
    #expect(read["worst"]?.number == -.infinity)
    #expect(read["loss"]?.number?.isNaN == true)
    #expect(read["emoji"]?.value == .text("\u{1F600} //"))
    #expect(read["none"]?.value == .null && read["flag"]?.value == .bool(false))
    #expect(read["list.0.k"]?.value == .list([.number(1), .list([.number(2)])]))
    #expect(read["list.1"]?.number == 3)
    #expect(read["list.0.k"]?.place.position == 5)
  }

  @Test func eachDocumentIsASectionOfItsOwn() throws {
    let read = try ReadConfiguration("a: 1\n---\na: 2\n...\n---\n- b: 3\n")
    #expect(read.settings.map(\.name) == ["a", "document_2.a", "document_3.0.b"])
  }

  @Test func tagsAreNoted() throws {
    let read = try ReadConfiguration("a: !!python/tuple [1, 2]\nb: !x {c: 1}\nd: !y z\n")
    #expect(read["a"]?.value == .list([.number(1), .number(2)]))
    #expect(read["b.c"]?.number == 1 && read["d"]?.value == .text("z"))
    #expect(read.source.remarks.count == 3)
    #expect(read.source.remarks[0].contains("line 1") && read.source.remarks[0].contains("tuple"))
  }

  @Test func whatAliasesRepeatIsBounded() throws {
    var laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for index in 1...9 {
      let aliases = [String](repeating: "*a\(index - 1)", count: 10).joined(separator: ", ")
      laughs += "a\(index): &a\(index) [\(aliases)]\n"
    }
    #expect(refusal(laughs).contains("with what aliases repeat"))
    var sections = "a0: &a0 {k: 1}\n"
    for index in 1...30 {
      sections += "a\(index): &a\(index) {l: *a\(index - 1), r: *a\(index - 1)}\n"
    }
    #expect(refusal(sections).contains("with what aliases repeat"))
    // The same with few of them is a configuration.
    let few = try ReadConfiguration(
      sections.split(separator: "\n").prefix(6).joined(separator: "\n"))
    #expect(few.settings.count == 1 + 2 + 4 + 8 + 16 + 32)
    #expect(refusal("a: &a [1, *a]\n").contains("stands in what it names"))
    #expect(refusal("a: *b\n").contains("line 1: "))
  }

  @Test func mergedSectionsAreBounded() {
    let keys = (0..<1500).map { "k\($0): 1" }.joined(separator: ", ")
    let merges = (0..<1000).map { "m\($0): {<<: *a}" }.joined(separator: "\n")
    #expect(refusal("a: &a {\(keys)}\n\(merges)\n").contains("'<<' brings in more than"))
  }

  @Test(arguments: [
    ("", "empty"), ("# a comment\n", "empty"), ("just words\n", "'key: value'"),
    ("a: [1,\n b: }\n", "line 2"), ("a:\n\t- b\n", "line 2"), ("a: b: c\n", "line 1"),
    ("<<: 3\n", "'<<' brings in"), ("? [1, 2]\n: 3\n", "as a key"),
    ("{\"a\": 1,,}", "not JSON"), ("{\"a\": \"x", "ends too early"),
  ])
  func malformedTextsAreRefusedWithTheirPlace(text: String, part: String) {
    #expect(refusal(text).contains(part))
  }

  @Test func depthIsBounded() {
    #expect(refusal(String(repeating: "[", count: 5000)).contains("deeper than"))
    #expect(refusal(String(repeating: "{\"a\":", count: 5000)).contains("deeper than"))
    let steps = (0..<80).map { String(repeating: " ", count: $0) + "k:" }.joined(separator: "\n")
    #expect(refusal(steps + " 1\n").contains("deeper than"))
  }

  @Test func aFileIsReadOnce() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("anything", "lr: 0.1\n")
    let collector = RunCollector(SourceRecord(path: path, kind: "configuration"), index: 3)
    var reader = ConfigurationReader(path)
    try reader.advance(collector, isFinal: false)
    try reader.advance(collector, isFinal: true)
    let settings = collector.finished.runs.flatMap(\.settings)
    #expect(settings.count == 1 && settings.first?.place == Place(source: 3, position: 1))
  }

  @Test func configurationsAreToldFromLogs() {
    let yes = [
      "# head\n\nlr: 0.1\nmodel:\n  layers: [1,\n    2]\n  'k': v\n  sizes:\n  - 1\n  - 2\n"
        + "a: b\n",
      "{\"learning_rate\": 1}", "---\na: 1\n", "a: 1", "stated:\n  - key: lr\n    value: 1\n",
    ]
    for text in yes { #expect(ConfigurationReader.recognizes(Array(text.utf8)[...]), "\(text)") }
    let no = [
      "Epoch 3/200: Train=6.1e-01, Val=2.0e-02\nEpoch 4/200: Train=1\n",
      "2025-11-15 08:28:01,123 - INFO - started\n", "", "just words\n", "a,b\n1,2\n",
      "Train loss: 3\nVal loss: 2\nTrain loss: 1\n",
    ]
    for text in no { #expect(!ConfigurationReader.recognizes(Array(text.utf8)[...]), "\(text)") }
  }
}
