import Testing
import ThalwegFormats
import ThalwegRecord

@Suite struct JSONLinesTests {
  @Test func holdsWhatPythonReads() throws {
    let records = try RunFiles.read([RunGolden.path("pandas.jsonl")])
    #expect(records.count == 1)
    try RunGolden.check(records[0], RunGolden.figures("lines", "pandas.jsonl"))
    #expect(records[0].sources.map(\.kind) == ["JSON lines"])
    #expect(records[0].sources[0].remarks == ["no figures, left out: 'note' (text)"])
    let accuracy = try records[0].named("val/accuracy")
    #expect(accuracy.role == .metric && accuracy.split == .validation)
    // pandas writes null where a cell is empty, and where it is not a number.
    #expect(accuracy.nils == 8)
    #expect(try records[0].named("train/grad_norm").nils == 1)
  }

  @Test func aListOfRecordsSaysTheSame() throws {
    let lines = try #require(try RunFiles.read([RunGolden.path("pandas.jsonl")]).first)
    let list = try #require(try RunFiles.read([RunGolden.path("pandas.json")]).first)
    #expect(list.sources[0].kind == "JSON list of records")
    #expect(list.series.map(\.key) == lines.series.map(\.key))
    for (one, other) in zip(list.series, lines.series) {
      #expect(one.points?.map(\.value) == other.points?.map(\.value))
      #expect(one.nils == other.nils)
      // In the list a record takes seven lines, the first of them in line 2.
      let places = other.points?.map { $0.place.position.map { 2 + 7 * ($0 - 1) } }
      #expect(one.points?.map(\.place.position) == places)
    }
  }

  @Test func weightsAndBiases() throws {
    let record = try readRun(
      """
      {"_step": 10, "_runtime": 5.5, "_timestamp": 1.7e9, "trainer/global_step": 20, "epoch": 0.5, "train/loss": "NaN", "hist": {"_type": "histogram", "values": [1], "bins": [0, 1], "count": 3}, "img": {"path": "a.png", "size": 9, "_type": "image-file"}}
      {"_step": 11, "_runtime": 6.5, "_timestamp": 1.7e9, "trainer/global_step": 22, "epoch": 1, "val": {"loss": 2, "f1": null}}

      """)
    #expect(
      record.series.map(\.key.name) == [
        "_step", "_runtime", "_timestamp", "train/loss", "val/loss", "val/f1",
      ])
    // The tool counts what it logs; the optimizer's step is the trainer's.
    #expect(try record.named("_step").role == .counter)
    let loss = try record.named("val/loss")
    #expect(loss.role == .loss && loss.split == .validation)
    #expect(loss.first?.progress == Progress(step: 22, epoch: 1))
    #expect(try record.named("train/loss").nonFiniteCount == 1)
    #expect(try record.named("val/f1").nils == 1)
    #expect(record.sources[0].understood == 2)
  }

  @Test func recordsOfOneMomentInGroups() throws {
    // As mmengine and many a script write them.
    let record = try readRun(
      """
      {"mode": "train", "epoch": 1, "iter": 50, "lr": 0.1, "loss": 2}
      {"mode": "val", "epoch": 1, "iter": 50, "loss": 3, "mIoU": 0.5}
      {"mode": "train", "epoch": 2, "iter": 50, "lr": 0.1, "loss": 1}

      """)
    #expect(
      record.series.map(\.key.name) == [
        "train/lr", "train/loss", "val/loss", "val/mIoU",
      ])
    #expect(try record.named("train/loss").split == .training)
    #expect(try record.named("val/loss").split == .validation)
    #expect(try record.named("train/loss").points?.map(\.value) == [2, 1])
  }

  @Test func partsOfTheLoss() throws {
    let record = try readRun(
      """
      {"epoch": 1, "train_loss": 3, "train_loss_components": {"recon": 1, "kl": 2}, "losses": {"a": 1, "total": 3}, "weighted_terms": {"kl": 0.2}, "terms": {"kl": {"raw": 2, "weighted": 0.2, "weight": 0.1}}, "model": {"terms": 4}}

      """)
    #expect(try record.named("train_loss_components/recon").role == .term)
    #expect(try record.named("train_loss_components/recon").split == .training)
    #expect(try record.named("losses/a").role == .term)
    #expect(try record.named("losses/total").role == .loss)
    #expect(try record.named("weighted_terms/kl").role == .weightedTerm)
    #expect(try record.named("terms/kl/raw").role == .term)
    #expect(try record.named("terms/kl/weighted").role == .weightedTerm)
    #expect(try record.named("terms/kl/weight").role == nil)
    #expect(try record.named("model/terms").role == nil)
  }

  @Test func aLineThatIsNoJSONIsAnErrorButForACutLastOne() throws {
    #expect(refusal("{\"step\": 1}\n{\"step\": 2, oops}\n{}\n").contains("line 2, column 13"))
    #expect(
      refusal("{\"step\": 1}\n{\"step\": 2\n").contains(
        "line 2, column 11: the text ends too early"))
    #expect(refusal("{\"step\": 1}\n{\"step\": 2} 3\n").contains("text follows the value"))
    #expect(refusal("{\"step\": 1}\n{\"a\": 2, \"a\": 3}\n").contains("'a' is given twice"))
    let cut = try readRun("{\"step\": 1, \"loss\": 2}\n\n{\"step\": 2, \"lo")
    #expect(cut.sources[0].parts == 1)
    #expect(cut.sources[0].remarks == ["cut last line, left out: 1, the first in line 3"])
    // Whole, but without a line end.
    let whole = try readRun("{\"step\": 1, \"loss\": 2}\n{\"step\": 2, \"loss\": 1}")
    #expect(try whole.named("loss").count == 2)
  }

  @Test func numbersBeyondDouble() throws {
    let record = try readRun(
      "{\"step\": 1e999, \"loss\": -1e999}\n{\"step\": 99999999999999999999, \"loss\": 1e-999}\n")
    let loss = try record.named("loss")
    #expect(loss.first?.value == -.infinity)
    #expect(loss.last?.value == 0)
    #expect(loss.first?.progress == Progress())
    #expect(
      record.sources[0].remarks == [
        "numbers beyond the range of Double, taken as infinite: 2, the first in line 1"
      ])
    // A step that no Int holds is a figure.
    #expect(try record.named("step").count == 2)
  }

  @Test func longLines() throws {
    let filler = String(repeating: "x", count: 2 << 20)
    let record = try readRun(
      "{\"step\": 1, \"note\": \"\(filler)\", \"loss\": 2}\n{\"step\": 2, \"loss\": 1}\n")
    #expect(try record.named("loss").points?.map(\.place.position) == [1, 2])
    let beyond = "{\"step\": 1}\n{\"note\": \"" + String(repeating: filler, count: 3) + "\"}\n"
    #expect(refusal(beyond).contains("line 2: the line is longer than 4194304 bytes"))
  }

  @Test func everyCutKeepsTheLinesBefore() throws {
    let bytes = try RunGolden.bytes("pandas.jsonl")
    let folder = try TemporaryFolder()
    var understood = 0
    for count in 0...bytes.count {
      try put(Array(bytes[..<count]), folder["cut"])
      let lines = bytes[..<count].count { $0 == UInt8(ascii: "\n") }
      do {
        let record = try #require(try RunFiles.read([folder["cut"]]).first)
        let parts = record.sources[0].parts
        #expect(parts == lines || parts == lines + 1, "\(count)")
        understood += 1
      } catch is RunFileError {
        #expect(lines < 1, "\(count)")
      }
    }
    #expect(understood > bytes.count / 2)
  }
}
