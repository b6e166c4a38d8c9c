import Testing
import ThalwegFormats
import ThalwegRecord

/// Lines of several processes in one file.
@Suite struct ConsoleRankTests {
  @Test(arguments: [
    ("[rank0]: ", "[rank3]: "), ("[Rank 0] ", "[Rank 3] "), ("0: ", "3: "),
    ("[default0]:", "[default3]:"), ("[1,0]<stdout>:", "[1,3]<stdout>:"), ("rank 0: ", "rank 3: "),
    ("[GPU0] ", "[GPU3] "),
  ])
  func eachRankHasASeriesOfItsOwn(first: String, other: String) throws {
    let date = first.contains("R") ? "[2025-11-15 08:28:01] " : ""
    let lines = [
      (first, "Starting training"), (first, "step 1 | loss=2.0, Val F1: 0.5"),
      (other, "Starting training"), (other, "step 1 | loss=2.5, Val F1: 0.25"),
      (other, "step 2 | loss=nan, top2=[a.weight:3, b.bias:4]"), (first, "step 2 | loss=1.5"),
      (other, "step 3 | loss=2.75"), (first, "step 3 | loss=1.0, top2=[a.weight:1, b.bias:2]"),
      (other, "Training finished"), (first, "step 4 | loss=0.5"),
    ]
    let log = try ConsoleLog(lines.map { date + $0.0 + $0.1 + "\n" }.joined())
    try #require(log.runs.count == 1)
    #expect(log.values("loss") == [2, 1.5, 1, 0.5])
    #expect(log.progress("loss") == (1...4).map { .step($0) })
    #expect(log.values("rank 3 loss") == [2.5, 2.75])
    #expect(log.series("rank 3 loss")?.nonFinite.map(\.progress) == [.step(2)])
    #expect(log.series("rank 3 loss")?.role == .loss)
    #expect(log.values("rank 3 Val F1") == [0.25])
    #expect(log.series("rank 3 Val F1")?.split == .validation)
    #expect(log.values("top2", tensor: "a.weight") == [1])
    #expect(log.values("rank 3 top2", tensor: "a.weight") == [3])
    #expect(log.incidents(.finished).isEmpty)
  }

  @Test func settingsOfAnotherRankAreItsOwn() throws {
    let log = try ConsoleLog(
      "[rank1]: seed: 1\n[rank0]: seed: 0\n[rank0]: Epoch 1 loss=2\n[rank1]: Epoch 1 loss=3\n")
    try #require(log.runs.count == 1)
    #expect(log.setting("seed") == .number(1))
    #expect(log.setting("rank 0", "seed") == .number(0))
    // The first to speak has the plain names.
    #expect(log.values("loss") == [3])
    #expect(log.values("rank 0 loss") == [2])
  }

  @Test(arguments: [
    ["0: loss=3", "1: loss=2", "2: loss=1"], ["[1]: loss=3", "[2]: loss=2", "[3]: loss=1"],
    ["[rank2]: loss=3", "loss=2", "[rank2]: loss=1"],
    ["Epoch 1: loss=3", "Epoch 2: loss=2", "Epoch 3: loss=1"],
  ])
  func numbersThatCountAreNoRanks(lines: [String]) throws {
    let log = try ConsoleLog(lines.joined(separator: "\n"))
    #expect(log.values("loss") == [3, 2, 1])
    #expect(log.runs[0].series.count == 1)
  }
}
