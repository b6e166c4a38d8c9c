import Testing
import ThalwegFormats
import ThalwegRecord

/// Trainer states that transformers wrote, against what Python reads in them.
@Suite struct TrainerStateTests {
  @Test(arguments: ["trainer_state.json", "trainer_state_empty.json"])
  func holdsWhatPythonReads(name: String) throws {
    try check(RunGolden.path(name), RunGolden.figures("states", name))
  }

  @Test(
    .enabled(if: RealData.isPresent("runs"), "the real files are not there"),
    arguments: [
      "hf_distilbert_lora_trainer_state.json", "hf_llm_finetune_trainer_state.json",
      "hf_smolvlm_trainer_state.json",
    ])
  func realFilesHoldWhatPythonReads(name: String) throws {
    try check(RealData.path("runs/" + name), RunGolden.figures("real", name))
  }

  private func check(_ path: String, _ golden: JSON) throws {
    let records = try RunFiles.read([path])
    let record = try #require(records.first)
    #expect(records.count == 1)
    try RunGolden.check(record, golden)
    #expect(record.sources.map(\.kind) == ["Hugging Face trainer state"])
    #expect(record.sources[0].parts == golden["entries"]?.int)
    #expect(record.sources[0].understood == golden["entries"]?.int)
    let last = record.series.compactMap(\.last).compactMap(\.progress.step).max()
    #expect(last == golden["last_step"]?.int)
    let steps = try #require(record.setting("max_steps"))
    #expect(steps.number == golden["max_steps"]?.double)
    #expect(steps.origin == .record)
    #expect(steps.place.position == golden["max_steps_line"]?.int)
    #expect(record.incidents.isEmpty)
  }

  @Test func rolesAndSplits() throws {
    let record = try #require(try RunFiles.read([RunGolden.path("trainer_state.json")]).first)
    let loss = try record.named("loss")
    #expect(loss.role == .loss && loss.split == .training)
    let evaluated = try record.named("eval_loss")
    #expect(evaluated.role == .loss && evaluated.split == .validation)
    #expect(try record.named("grad_norm").role == .gradientNorm)
    #expect(try record.named("learning_rate").role == .learningRate)
    #expect(try record.named("train_runtime").role == .clock)
    // The summary is a series of its own, behind the longer one.
    #expect(record.series(.loss, split: .training).map(\.key.name) == ["loss", "train_loss"])
    #expect(loss.nonFinite.map(\.value.isNaN) == [false, true, true, true])
    #expect(loss.nonFinite.map(\.progress.step) == [9, 10, 11, 12])
    #expect(loss.first?.progress == Progress(step: 1, epoch: 0.125))
  }

  @Test func anEmptyHistoryIsARunWithoutFigures() throws {
    let path = RunGolden.path("trainer_state_empty.json")
    let record = try #require(try RunFiles.read([path]).first)
    #expect(record.series.isEmpty)
    #expect(record.setting("logging_steps")?.number == 5)
    #expect(record.sources[0].remarks == ["'log_history' is empty"])
  }

  @Test func absentIsNeitherZeroNorNotRecorded() throws {
    let record = try readRun(
      """
      {"log_history": [
        {"step": 1, "loss": "0.5", "grad_norm": null},
        {"step": 2, "loss": "nan"},
        {"step": 3, "loss": 0, "grad_norm": -Infinity, "done": true, "tags": ["a"]}
      ], "seed": 7}
      """)
    let loss = try record.named("loss")
    #expect(loss.count == 3)
    #expect(loss.zeros == 1)
    #expect(loss.nonFiniteCount == 1)
    #expect(loss.nils == 0)
    #expect(loss.first?.value == 0.5)
    let norm = try record.named("grad_norm")
    #expect(norm.count == 1)
    #expect(norm.nils == 1)
    #expect(norm.last?.value == -.infinity)
    #expect(norm.last?.place.position == 4)
    #expect(
      record.sources[0].remarks == ["no figures, left out: 'done' (true or false), 'tags' (a list)"]
    )
    #expect(record.setting("seed")?.place.position == 5)
  }

  @Test func namesInAnyOrderAndNestedFigures() throws {
    let record = try readRun(
      """
      {"zeta": {"a": {"b": [1, 2]}, "c": null}, "log_history": [{"eval": {"f1": 0.25}, "step": 4}],
       "list": [{"x": 1}, "y"]}
      """)
    let figure = try record.named("eval/f1")
    #expect(figure.role == .metric && figure.split == .validation)
    #expect(figure.first?.progress.step == 4)
    #expect(record.setting("zeta.a.b")?.value == .list([.number(1), .number(2)]))
    #expect(record.setting("zeta.c")?.value == .null)
    #expect(record.setting("list.0.x")?.number == 1)
    #expect(record.setting("list.1")?.value == .text("y"))
  }

  @Test func faultsAreNamedWithTheirPlace() throws {
    #expect(refusal("{\n\"log_history\": [\n{\"step\": 1},\n7]}").contains("line 4, column 1"))
    #expect(refusal("{\"log_history\": [{\"a\": 1, \"a\": 2}]}").contains("'a' is given twice"))
    #expect(refusal("{\"log_history\": [], \"x\": 1,\n\"x\": 2}").contains("line 2, column 1"))
    #expect(refusal("{\"log_history\": [{}],}").contains("a name in quotes"))
    #expect(refusal("{\"log_history\": [{}]} x").contains("text follows the value"))
    #expect(refusal("{\"log_history\": [{},]}").contains("an entry of log_history"))
  }

  @Test(arguments: [("trainer_state_empty.json", 1), ("trainer_state.json", 7)])
  func everyCutIsRefused(name: String, stride: Int) throws {
    let bytes = try RunGolden.bytes(name)
    let whole = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0
    let folder = try TemporaryFolder()
    let path = folder["cut"]
    for count in Swift.stride(from: 0, to: whole, by: stride) {
      try put(Array(bytes[..<count]), path)
      do {
        _ = try RunFiles.read([path])
        Issue.record("was not refused: \(count) bytes")
      } catch let error as RunFileError {
        #expect(error.description.hasPrefix(path))
      }
    }
  }
}
