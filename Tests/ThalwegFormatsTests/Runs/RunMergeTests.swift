import Testing
import ThalwegFormats
import ThalwegRecord

@Suite struct RunMergeTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func severalFilesAreOneRun() throws {
    let table = try folder.write("a", "step,train_loss\n1,3\n2,2\n")
    let lines = try folder.write(
      "b", "{\"step\": 1, \"val_loss\": 4}\n{\"step\": 2, \"val_loss\": 3}\n")
    let state = try folder.write("c", "{\"log_history\": [], \"max_steps\": 2}")
    let records = try RunFiles.read([table, lines, state])
    let record = try #require(records.first)
    #expect(records.count == 1)
    #expect(record.name == table)
    #expect(record.sources.map(\.path) == [table, lines, state])
    let loss = try record.named("val_loss")
    #expect(loss.key.source == 1)
    #expect(record.name(of: try #require(loss.last?.place)) == "\(lines):2")
    #expect(record.name(of: try #require(record.setting("max_steps")?.place)) == "\(state):1")
  }

  @Test func runsOfOneFileStayApartAndSettingsBelongToAll() throws {
    let table = try folder.write("a", "step,loss\n1,3\n2,2\n1,5\n2,4\n")
    let lines = try folder.write("b", "{\"step\": 1, \"grad_norm\": 4}\n{}\n")
    let state = try folder.write("c", "{\"log_history\": [], \"max_steps\": 2}")
    let records = try RunFiles.read([table, lines, state])
    #expect(records.map(\.name) == ["\(table) #1", "\(table) #2", lines])
    #expect(records.map { $0.series.map(\.key.name) } == [["loss"], ["loss"], ["grad_norm"]])
    for record in records {
      #expect(record.setting("max_steps")?.place.source == 2)
      #expect(record.sources.count == 3)
    }
  }

  @Test func aFolderOfOurOwn() throws {
    try Files.makeDirectory(folder["run"])
    _ = try folder.write("run/metrics.jsonl", "{\"kind\":\"step\",\"step\":1,\"loss\":2}\n")
    _ = try folder.write("run/timing.jsonl", "{\"kind\":\"seconds\",\"step\":1,\"seconds\":2}\n")
    _ = try folder.write("run/x.csv", "step,loss\n1,2\n")
    let record = try #require(try RunFiles.read([folder["run/"]]).first)
    // Without run.json it is a folder like others: all of it is read.
    #expect(record.sources.count == 3)
    #expect(record.name == folder["run"])
  }

  @Test func foldersOfTheTrainer() throws {
    for step in [500, 1000] {
      try Files.makeDirectory(folder["out/checkpoint-\(step)"], withParents: true)
      _ = try folder.write(
        "out/checkpoint-\(step)/trainer_state.json",
        "{\"log_history\": [{\"step\": \(step), \"loss\": 1}]}")
      _ = try folder.write("out/checkpoint-\(step)/config.json", "{\"hidden\": 4}")
    }
    let inner = try #require(try RunFiles.read([folder["out/checkpoint-500"]]).first)
    #expect(try inner.named("loss").last?.progress.step == 500)
    #expect(inner.sources.count == 1)
    #expect(
      inner.sources[0].remarks == [
        "left out of the folder \(folder["out/checkpoint-500"]): 'config.json'"
      ])
    // The last state holds the earlier ones.
    let outer = try RunFiles.read([folder["out"]])
    #expect(outer.count == 1)
    #expect(try outer[0].named("loss").last?.progress.step == 1000)
  }

  @Test func foldersOfSeveralRuns() throws {
    for name in ["version_0", "version_1"] {
      try Files.makeDirectory(folder["logs/\(name)/checkpoints"], withParents: true)
      _ = try folder.write("logs/\(name)/metrics.csv", "step,loss\n1,\(name.count)\n")
      _ = try folder.write("logs/\(name)/checkpoints/x.ckpt", "PK\u{3}\u{4}")
      _ = try folder.write("logs/\(name)/notes", "some text\n")
    }
    let records = try RunFiles.read([folder["logs"]])
    #expect(records.map(\.name) == [folder["logs/version_0"], folder["logs/version_1"]])
    let remark = try #require(records[0].sources[0].remarks.first)
    #expect(
      remark.contains("'version_0/checkpoints/', 'version_0/notes', 'version_1/checkpoints/'"))
    let both = try RunFiles.read([folder["logs/version_1"], folder["logs/version_0"]])
    #expect(both.map(\.name) == [folder["logs/version_1"], folder["logs/version_0"]])
    // Folders that only say which data: one run.
    for name in ["train", "validation"] {
      try Files.makeDirectory(folder["split/\(name)"], withParents: true)
      _ = try folder.write("split/\(name)/x", "step,loss\n1,2\n")
    }
    #expect(try RunFiles.read([folder["split"]]).count == 1)
  }

  @Test func aFolderAndAFileAreOneRun() throws {
    try Files.makeDirectory(folder["version_0"])
    _ = try folder.write("version_0/metrics.csv", "step,loss\n1,2\n")
    let file = try folder.write("norms", "step,grad_norm\n1,2\n")
    let records = try RunFiles.read([file, folder["version_0"]])
    #expect(records.count == 1)
    #expect(records[0].series.map(\.key.source) == [0, 1])
  }

  @Test func ofManyFilesTheFirstAreRead() throws {
    try Files.makeDirectory(folder["many"])
    for number in 100..<203 {
      _ = try folder.write("many/\(number)", "step,loss\n1,\(number)\n")
    }
    let record = try #require(try RunFiles.read([folder["many"]]).first)
    #expect(record.sources.count == 100)
    #expect(
      record.sources[0].remarks == ["left out of the folder \(folder["many"]): '200', '201', '202'"]
    )
  }
}
