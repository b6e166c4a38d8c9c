import Testing
import ThalwegFormats
import ThalwegRecord

/// Bytes that are no log, lines without an end, files that grow.
@Suite struct ConsoleHostileTests {
  @Test func bytesThatAreNoText() throws {
    var source = SplitMix(7)
    for round in 0..<100 {
      let bytes = (0..<4000).map { _ in UInt8(truncatingIfNeeded: source.next()) }
      let log = try ConsoleLog(bytes + [0x0A])
      #expect(log.source.parts > 0, "round \(round)")
    }
  }

  /// Pieces of lines in any order, which get further than noise.
  @Test func mutatedLines() throws {
    let parts = [
      "Epoch 3/200", ":", "=", " | ", "loss=0.5", "\u{1B}[", "31m", "\r", "[", "]", "(", ")",
      "{'a'", "1e", "-", ".", "5",
      "nan", "inf", "%", "%|##", "| 3/4 ", "→", "✓", "Traceback (most recent call last):\n",
      "Error: x", "\n", "\n\n",
      "2025-11-15 08:28:01,123", " - INFO - ", "INFO:", "x.weight:", "\t", "/", ",", "mean/std",
      "Resuming from", "True",
      "training complete", "Starting training", "====\n", "\u{8}", "é", "\u{0}",
      "99999999999999999999999999", "tensor(",
      "top3=[a.b:1, ", "...", "[1, 2] ", "step 5", "batch", " 7", "1,234", "loss", " ", "Val ",
    ]
    var source = SplitMix(11)
    for _ in 0..<400 {
      var bytes: [UInt8] = []
      for _ in 0..<300 { bytes += parts[Int(source.next() % UInt64(parts.count))].utf8 }
      if source.next() % 4 == 0 { bytes[Int(source.next() % UInt64(bytes.count))] = 0xC3 }
      let log = try ConsoleLog(bytes)
      #expect(log.source.understood <= log.source.parts)
    }
  }

  @Test func latinBytesAreLetters() throws {
    let log = try ConsoleLog(
      Array("Epoch 1 | pr".utf8) + [0xE9] + Array("cision: 0.5 | loss=0.25 ".utf8) + [
        0xFF, 0x80, 0xC3, 0x0A,
      ])
    #expect(log.values("précision") == [0.5])
    #expect(log.values("loss") == [0.25])
  }

  @Test func aLongLineIsCut() throws {
    let long = "Epoch 1 loss=0.5 " + String(repeating: "x", count: 2 << 20)
    let log = try ConsoleLog("\(long)\nEpoch 2 loss=0.25\n")
    #expect(log.values("loss") == [0.5, 0.25])
    #expect(log.source.remarks.count == 1)
    #expect(log.source.parts == 2)
    #expect(log.series("loss")?.last?.place.position == 2)
  }

  @Test func aLongBarIsReadToItsEnd() throws {
    var text = ""
    for batch in 1...40_000 {
      text += "\rEpoch 1:  45%|####    | \(batch)/40000 [00:10<00:12, 9.8it/s, loss=\(batch)]"
    }
    #expect(text.utf8.count > 2 << 20)
    let log = try ConsoleLog(text + "\nEpoch 2 loss=0\n")
    #expect(log.series("loss")?.count == 40_001)
    #expect(log.series("loss")?.highest?.value == 40_000)
    #expect((log.source.understood, log.source.parts) == (2, 2))
    #expect(log.series("loss")?.last?.place.position == 2)
    #expect(log.source.remarks.isEmpty)
  }

  @Test func namesWithoutEndAreBounded() throws {
    var text = "Epoch 1\n"
    for number in 0..<40_000 { text += "name_\(number) total: \(number)\n" }
    let log = try ConsoleLog(text)
    #expect(log.runs[0].series.count == 20_000)
    #expect(log.source.remarks.count == 1)
  }

  @Test func runsWithoutEndAreBounded() throws {
    let log = try ConsoleLog(String(repeating: "Epoch 2 loss=1\nEpoch 1 loss=1\n", count: 5000))
    #expect(log.runs.count == 1000)
    #expect(log.source.remarks.contains { $0.contains("1000") })
  }

  @Test func warningsWithoutEndAreBounded() throws {
    let log = try ConsoleLog(
      "Epoch 1 loss=1\n" + String(repeating: "Detected NaN, skipping batch\n", count: 6000))
    #expect(log.incidents(.warning).count == 5000)
    #expect(log.source.remarks == ["1000 further warnings were left out"])
  }

  @Test func figuresThatAreNotFiniteAreBounded() throws {
    let log = try ConsoleLog(
      "Epoch 1 loss=1\n" + String(repeating: "loss=nan\n", count: 500))
    #expect(log.series("loss")?.nonFiniteCount == 500)
    #expect(log.series("loss")?.nonFinite.count == Series.nonFiniteLimit)
  }

  @Test func aFileThatGrowsIsReadOn() throws {
    let folder = try TemporaryFolder()
    let file = try AppendFile(folder["log"], truncatedTo: 0)
    let collector = RunCollector(SourceRecord(path: folder["log"], kind: "console log"), index: 0)
    var reader = try ConsoleLogReader(folder["log"])
    func values() -> [Double] {
      collector.runs[0].series.first { $0.key.name == "loss" }?.points?.map(\.value) ?? []
    }
    for (text, expected) in [
      ("lr: 0.1\nEpoch 1 loss=0.5\nEpo", [0.5]), ("ch 2 loss=0.2", [0.5]), ("5\n", [0.5, 0.25]),
      ("layer.weight:\n", [0.5, 0.25]), ("  grad_norm: 0.125\nloss=3", [0.5, 0.25]),
    ] as [(String, [Double])] {
      try file.append(Array(text.utf8))
      try file.flush()
      try reader.advance(collector, isFinal: false)
      #expect(values() == expected)
    }
    try reader.advance(collector, isFinal: true)
    #expect(values() == [0.5, 0.25, 3])
    let run = collector.runs[0]
    #expect(run.series.first { $0.key.tensor == "layer.weight" }?.last?.value == 0.125)
    #expect(run.series.first { $0.key.name == "loss" }?.last?.progress == .epoch(2))
    #expect(run.settings.map(\.path) == [["lr"]])
    #expect((collector.source.understood, collector.source.parts) == (5, 6))
  }

  @Test func aFileOfWindows() throws {
    let log = try ConsoleLog("lr: 0.1\r\n\r\nEpoch 1/2 loss=0.5\r\n")
    #expect(log.values("loss") == [0.5])
    #expect(log.setting("lr") == .number(0.1))
    #expect((log.source.understood, log.source.parts) == (2, 2))
  }

  @Test func nothingIsNoError() throws {
    for bytes in [[], [0x0A], Array(" \n\t\r\n".utf8)] as [[UInt8]] {
      let log = try ConsoleLog(bytes)
      #expect(log.source.parts == 0)
    }
    #expect(throws: FileError.self) { try ConsoleLog(path: "/tmp/no/such/file") }
  }
}

/// Numbers that are the same on every run (Steele, Lea, Flood 2014).
private struct SplitMix {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
