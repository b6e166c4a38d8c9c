import Testing
import ThalwegFormats
import ThalwegRecord

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct JSONDocumentTests {
  @Test func listsByName() throws {
    let record = try #require(try RunFiles.read([RunGolden.path("keras_history.json")]).first)
    #expect(record.sources[0].kind == "JSON lists of figures")
    let theirs = try Golden.entries("lists", of: "runs.json")
    #expect(record.series.map(\.key.name) == theirs.compactMap { $0["name"]?.string })
    for (series, golden) in zip(record.series, theirs) {
      #expect(series.points?.map(\.value) == golden["values"]?.array?.compactMap(\.double))
      // The file does not say what the figures are numbered by.
      #expect(series.first?.progress == Progress())
    }
    #expect(try record.named("loss").first?.place.position == 3)
    #expect(try record.named("val_loss").split == .validation)
  }

  @Test func listsWithTheirProgress() throws {
    let record = try readRun(
      """
      {"config": {"betas": [0.9, 0.999], "lr": 0.1},
       "train": {"epoch": [1, 2, 3], "loss": [3, null, NaN], "grad_norm": ["1", 2, 3]},
       "val": {"loss": [4]}, "tags": ["a", "b"]}
      """)
    let loss = try record.named("train/loss")
    #expect(loss.count == 2 && loss.nils == 1 && loss.nonFiniteCount == 1)
    #expect(loss.last?.progress.epoch == 3)
    #expect(try record.named("train/grad_norm").points?.map(\.value) == [1, 2, 3])
    #expect(try record.named("val/loss").first?.progress == Progress())
    #expect(record.setting("config.betas")?.value == .list([.number(0.9), .number(0.999)]))
    #expect(record.setting("config.lr")?.number == 0.1)
    #expect(record.setting("tags")?.value == .list([.text("a"), .text("b")]))
  }

  @Test func recordsBesideSettings() throws {
    // The form of our own training_log.json.
    let record = try readRun(
      """
      {"config": "x", "epochs": [
        {"epoch": 1, "train_loss": 2, "val_f1": 0.5, "best_threshold": null, "is_oracle": false},
        {"epoch": 2, "train_loss": 1, "val_f1": 0.75, "best_threshold": null, "is_oracle": false}
      ], "total_time": 4.5}
      """)
    #expect(record.sources[0].kind == "JSON list of records")
    #expect(try record.named("train_loss").points?.map(\.place.position) == [2, 3])
    #expect(try record.named("best_threshold").nils == 2)
    #expect(record.setting("total_time")?.number == 4.5)
  }

  @Test func oneRecordInADocument() throws {
    // As `all_results.json` of transformers.
    let record = try readRun(
      "{\n  \"epoch\": 3.0,\n  \"eval_loss\": 0.25,\n  \"train_runtime\": 9\n}\n")
    #expect(try record.named("eval_loss").first?.progress.epoch == 3)
    #expect(try record.named("eval_loss").first?.place.position == 1)
  }

  @Test func documentsThatAreTooLargeOrTooDeep() throws {
    let deep = String(repeating: "[", count: 600) + String(repeating: "]", count: 600)
    #expect(
      refusal("{\"log_history\": [{\"step\": 1, \"a\": \(deep)}]}").contains(
        "nested deeper than 512"))
    #expect(refusal("{\"x\": \(deep), \"log_history\": []}").contains("nested deeper than 512"))
    #expect(
      refusal("{\"step\": 1}\n{\"a\": \(deep)}\n").contains("line 2, column 518: nested deeper"))
    let objects =
      String(repeating: "{\"a\":", count: 600) + "1" + String(repeating: "}", count: 600)
    #expect(refusal("{\"step\": 1}\n\(objects)\n").contains("nested deeper than 512"))
    // Deep, but within what is read: settings end somewhere all the same.
    let nested =
      String(repeating: "{\"a\":", count: 100) + "1" + String(repeating: "}", count: 100)
    let record = try readRun("{\"x\": \(nested), \"log_history\": [{\"step\": 1, \"loss\": 1}]}")
    #expect(record.settings.isEmpty)
    #expect(record.sources[0].remarks[0].contains("nested too deep"))
    // 256 KiB of a state, and so much behind it that it is not read at all.
    let folder = try TemporaryFolder()
    let head = "{\"log_history\": [" + String(repeating: " ", count: 1 << 18)
    try put(Array(head.utf8), folder["x"])
    truncate(folder["x"], 33 << 20)
    #expect(
      throws: RunFileError.tooLarge(path: folder["x"], bytes: 33 << 20, limit: 32 << 20)
    ) { try RunFiles.read([folder["x"]]) }
  }
}
