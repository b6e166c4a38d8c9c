import Testing
import ThalwegFormats
import ThalwegRecord

/// Kinds are told by content: all files here are called `x`.
@Suite struct RunKindTests {
  private func kind(_ text: String) throws -> RunFileKind {
    let folder = try TemporaryFolder()
    return try RunFiles.kind(of: folder.write("x", text))
  }

  @Test(arguments: [
    ("trainer_state.json", RunFileKind.trainerState), ("trainer_state_empty.json", .trainerState),
    ("lightning.csv", .table), ("pandas.tsv", .table), ("pandas_comma.csv", .table),
    ("pandas_long.csv", .table), ("keras.csv", .table), ("pandas.jsonl", .jsonLines),
    ("pandas.json", .jsonLines), ("keras_history.json", .jsonLines),
  ])
  func filesOfOtherToolsWithoutTheirNames(name: String, expected: RunFileKind) throws {
    let folder = try TemporaryFolder()
    let bytes = try RunGolden.bytes(name)
    try Files.writeDurably(folder["x"], bytes)
    #expect(try RunFiles.kind(of: folder["x"]) == expected)
    try Files.writeDurably(folder["marked.log"], [0xEF, 0xBB, 0xBF] + bytes)
    #expect(try RunFiles.kind(of: folder["marked.log"]) == expected)
  }

  @Test(
    .enabled(if: RealData.isPresent("runs"), "the real files are not there"),
    arguments: [
      ("celestial_production.yaml", RunFileKind.configuration),
      ("celestial_training_diagnostic.log", .consoleLog),
      ("hf_distilbert_lora_trainer_state.json", .trainerState),
      ("hf_llm_finetune_trainer_state.json", .trainerState),
      ("hf_smolvlm_trainer_state.json", .trainerState),
      ("prioritynet_after.yaml", .configuration), ("prioritynet_before.yaml", .configuration),
      ("rcgnn_publication_training.log", .consoleLog),
      ("rcgnn_training_normalized.log", .consoleLog),
    ])
  func realFilesWithoutTheirNames(name: String, expected: RunFileKind) throws {
    let folder = try TemporaryFolder()
    try Files.writeDurably(folder["x"], Files.read(RealData.path("runs/" + name)))
    #expect(try RunFiles.kind(of: folder["x"]) == expected)
  }

  @Test func texts() throws {
    let cases: [(String, RunFileKind)] = [
      ("{\"step\": 1, \"loss\": 2}\n{\"step\": 2, \"loss\": 1}\n", .jsonLines),
      ("{\"step\": 1, \"loss\": 2}\n", .jsonLines),
      ("{\"kind\": \"seconds\", \"step\": 1, \"seconds\": 2}\n", .jsonLines),
      ("{\"epochs\": 10, \"kind\": \"adam\", \"batch\": 8}\n", .configuration),
      ("\n{\"host\": \"a\"}\n{\"host\": \"b\"}\n", .jsonLines),
      ("{\"epoch\": [1, 2], \"loss\": [2, 1]}", .jsonLines),
      ("[{\"epoch\": 1, \"loss\": 2}]", .jsonLines),
      ("{\"lr\": 0.1, \"layers\": [64, 64], \"parts\": [{\"units\": 3}]}", .configuration),
      ("{}", .configuration),
      (
        "lr: 0.1\nmodel:\n  layers: [64, 64]\n  name: x # y\n\nlist:\n- a\n- b: 1\n", .configuration
      ),
      ("---\nseed: 1\nobject: !!python/object:a.B {c: 1}\n", .configuration),
      ("seed: 1\nseed: 2\nrate: 0.1\nother: 3\n", .configuration),
      // HF's Trainer prints dictionaries of Python.
      ("{'loss': 0.5, 'grad_norm': 1.2, 'epoch': 0.1}\n{'loss': 0.4}\n", .consoleLog),
      ("{\"lr\": 0.1}\nEpoch 1: loss 0.5\n", .consoleLog),
      ("[GRAD] max=1.0\n[GRAD] max=2.0\n", .consoleLog),
      ("[{'a': 1}]\n", .consoleLog),
      ("loss: 0.5\nacc: 0.9\nloss: 0.4\nacc: 0.91\n", .consoleLog),
      ("Train loss: 0.5\nVal loss: 0.6\n", .consoleLog),
      ("Epoch 1, loss 0.5, acc 0.9\nEpoch 2, loss 0.4, acc 0.91\n", .consoleLog),
      ("2024-01-01 10:00:00,123 INFO step 1\n2024-01-01 10:00:01,001 INFO step 2\n", .consoleLog),
      ("time, step, done\n10:00, start, no\n10:01, go, no\n", .consoleLog),
      ("started, waiting for data, please\n", .consoleLog),
      ("epoch,loss\n", .table), ("step,loss\n1,0.5", .table),
      ("# written by x\nstep;loss\n1;0,5\n2;0,25\n", .table),
      ("step,loss\n1,nan\n", .table),
    ]
    for (text, expected) in cases {
      #expect(try kind(text) == expected, "\(text)")
    }
  }

  @Test func whatIsOfNoKindSaysWhatItLooksLike() throws {
    let cases: [([UInt8], String)] = [
      ([0x1F, 0x8B, 8, 0], "gunzip"), (Array("PK".utf8) + [3, 4, 0, 0], "thalweg inspect"),
      ([0x80, 2, 0x63], "thalweg inspect"), ([0x80, 4, 0x95, 1], "thalweg inspect"),
      ([0x89] + Array("PNG\r\n".utf8), "a picture"), ([0xFF, 0xFE, 0x61, 0], "UTF-16"),
      (Array("l\0o\0s\0s\0:\0 \0x\0".utf8), "UTF-16"),
      (Array("step,loss\n1,\0\0\n".utf8), "binary data"),
      (Array("1,2,3\n4,5,6\n".utf8), "rows of numbers without names"),
      (Array(":W&B".utf8) + [1, 2], "export its history"),
      (Array("SQLite format 3\0".utf8), "SQLite"),
    ]
    let folder = try TemporaryFolder()
    for (bytes, text) in cases {
      try Files.writeDurably(folder["x"], bytes)
      do {
        _ = try RunFiles.kind(of: folder["x"])
        Issue.record("was not refused: \(text)")
      } catch {
        #expect("\(error)".contains(text), "\(error)")
        #expect("\(error)".contains("thalweg help diagnose"))
      }
    }
    for name in ["types.safetensors", "state_dict.pt", "legacy.pt"] {
      #expect(throws: RunFileError.self, "\(name)") { try RunFiles.kind(of: Golden.path(name)) }
    }
  }

  @Test func noFileAndNothingInIt() throws {
    #expect(refusal("").contains("the file is empty"))
    #expect(refusal(" \n\n").contains("the file is empty"))
    let folder = try TemporaryFolder()
    #expect(throws: FileError.missing(path: folder["gone"])) { try RunFiles.read([folder["gone"]]) }
    #expect(throws: FileError.isDirectory(path: folder.path)) { try RunFiles.kind(of: folder.path) }
    #expect(throws: RunFileError.emptyFolder(path: folder.path)) {
      try RunFiles.read([folder.path])
    }
    #expect(refusal("{\"step\": 1, \"lo").contains("ends too early"))
    #expect(refusal("{\"a\": 1,\n \"b\" 2}").contains("line 2, column 6"))
  }
}
