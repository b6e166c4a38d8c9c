import Testing
import ThalwegFormats
import ThalwegRecord

/// Lines and tables as well-known tools and examples print them.
@Suite struct ConsoleToolTests {
  @Test func twoNetworksAgainstEachOther() throws {
    let log = try ConsoleLog(
      """
      Starting Training Loop...
      [0/5][0/1583]\tLoss_D: 1.7410\tLoss_G: 5.1\tD(x): 0.57\tD(G(z)): 0.58 / 0.01
      [0/5][50/1583]\tLoss_D: 0.3\tLoss_G: nan\tD(x): 0.95\tD(G(z)): 0.20 / 0.00
      [1/5][0/1583]\tLoss_D: 0.2\tLoss_G: 24.5\tD(x): 0.97\tD(G(z)): 0.10 / 0.00
      """)
    try #require(log.runs.count == 1)
    #expect(log.values("D(x)") == [0.57, 0.95, 0.97])
    #expect(log.values("D(G(z))") == [0.58, 0.2, 0.1])
    #expect(log.values("Loss_D") == [1.741, 0.3, 0.2])
    #expect(log.series("Loss_G")?.nonFiniteCount == 1)
    #expect(
      log.progress("D(x)") == [.epoch(0, batch: 0), .epoch(0, batch: 50), .epoch(1, batch: 0)])
    #expect(log.setting("epochs") == .number(5))
    #expect(log.setting("batches") == .number(1583))
  }

  @Test(arguments: [
    ("      Epoch    GPU_mem   box_loss   Instances       Size", "        ", "      "),
    ("Epoch GPU_mem box_loss Instances Size", "", " "),
    ("EPOCH\tGPU_mem\tbox_loss\tInstances\tSize", "", "\t"),
  ])
  func figuresBelowTheirNames(names: String, indent: String, gap: String) throws {
    func row(_ cells: [String]) -> String { indent + cells.joined(separator: gap) }
    let log = try ConsoleLog(
      """
      \(names)
      \(row(["1/3", "2.1G", "1.25", "8", "640: 100%|##########| 4/4 [00:10<00:00, 2.5it/s]"]))
      \(names)
      \(row(["2/3", "900M", "nan", "9", "640:   0%|          | 0/4 [00:00<?, ?it/s]"]))\r\
      \(row(["2/3", "2.2G", "1.0", "7", "640: 100%|##########| 4/4 [00:10<00:00, 2.5it/s]"]))
      \(row(["3/3", "2.2G", "0.5", "7"]))
      """)
    try #require(log.runs.count == 1)
    #expect(log.values("box_loss") == [1.25, 1])
    #expect(log.series("box_loss")?.nonFiniteCount == 1)
    #expect(log.progress("box_loss") == [.epoch(1, batch: 4), .epoch(2, batch: 4)])
    #expect(log.values("GPU_mem") == [2.1e9, 9e8, 2.2e9])
    #expect(log.series("GPU_mem")?.role == .clock)
    #expect(log.values("Size") == [640, 640, 640])
    #expect(log.setting("epochs") == .number(3))
    // The names yield nothing, nor does a row that lacks a cell.
    #expect((log.source.understood, log.source.parts) == (2, 5))
  }

  @Test func columnsWithTimesAndGaps() throws {
    let log = try ConsoleLog(
      """
      epoch     train_loss  valid_loss  accuracy  time
      0         1.5         1.2         0.5       00:10
      Better model found at epoch 0 with valid_loss value: 1.2
      1         nan         1.0         0.75      01:00:11
      Step\tTraining Loss\tValidation Loss
      500\t0.5\t-
      1000\t0.25\t0.375
      """)
    #expect(log.values("train_loss") == [1.5])
    #expect((log.series("train_loss")?.role, log.series("train_loss")?.split) == (.loss, .training))
    #expect(log.values("accuracy") == [0.5, 0.75])
    #expect(log.progress("accuracy") == [.epoch(0), .epoch(1)])
    #expect(log.values("Training Loss") == [0.5, 0.25])
    #expect(log.series("Validation Loss")?.split == .validation)
    #expect(log.progress("Validation Loss") == [.epoch(1, step: 1000)])
    #expect(log.values("time").isEmpty)
  }

  @Test(arguments: ["", "| ", "2025-11-15 08:28:01 | INFO | "])
  func tablesThatSayTheirStepBelow(prefix: String) throws {
    func table(_ timesteps: Int, loss: String?) -> String {
      let train = [
        "train/ | ", "   clip_range | 0.2", "   loss | \(loss ?? "")", "   n_updates | 10",
      ]
      let rows =
        ["rollout/  |  ", "   ep_len_mean | \(timesteps / 100)", "time/ | ", "   fps | 800"]
        + ["   iterations | \(timesteps / 2048)", "   total_timesteps | \(timesteps)"]
        + (loss == nil ? [] : train)
      let lines = ["-------------"] + rows.map { "| \($0)   |" } + ["-------------"]
      return lines.map { (prefix == "| " ? "" : prefix) + $0 + "\n" }.joined()
    }
    let log = try ConsoleLog(
      "\(prefix == "| " ? "" : prefix)Using cpu device\n" + table(2048, loss: nil)
        + table(4096, loss: "7.5") + table(6144, loss: "nan") + table(8192, loss: "-0.5"))
    try #require(log.runs.count == 1)
    #expect(log.runs[0].settings.isEmpty)
    #expect(log.values("rollout/ep_len_mean") == [20, 40, 61, 81])
    #expect(log.progress("rollout/ep_len_mean") == [2048, 4096, 6144, 8192].map { .step($0) })
    #expect(log.values("train/loss") == [7.5, -0.5])
    #expect(log.series("train/loss")?.nonFinite.map(\.progress) == [.step(6144)])
    #expect(log.series("train/loss")?.role == .loss)
    #expect(log.values("time/iterations") == [1, 2, 3, 4])
    #expect(log.values("train/n_updates") == [10, 10, 10])
    // The line of the row, not that of the table's end.
    #expect(log.series("rollout/ep_len_mean")?.points?.first?.place.position == 4)
    #expect((log.source.understood, log.source.parts) == (4 * 4 + 3 * 3, 1 + 4 * 8 + 3 * 4))
  }

  @Test func aTableOfSettingsIsNone() throws {
    let log = try ConsoleLog(
      "| total_timesteps | 100000 |\n| lr | 1e-3 |\n| Algo | PPO |\nEpoch 1/2 loss=0.5\n")
    #expect(log.setting("lr") == .number(1e-3))
    #expect(log.progress("loss") == [.epoch(1)])
    #expect(log.runs[0].series.map(\.key.name) == ["loss"])
  }

  @Test func aTableAtTheEndOfTheFile() throws {
    let log = try ConsoleLog("| train/ | |\n|  Loss | 0.5 |\n| time/ | |\n|  iterations | 3 |")
    #expect(log.progress("train/Loss") == [.step(3)])
    #expect((log.source.understood, log.source.parts) == (2, 4))
  }

  @Test func ratesOfGroups() throws {
    let prefix = "[2023-05-05 12:00:00,123] [INFO] [logging.py:96:log_dist] [Rank 0] "
    let log = try ConsoleLog(
      """
      \(prefix)step=10, skipped=0, lr=[9.7e-05, 9.6e-06], mom=[[0.9, 0.999], [0.9, 0.999]]
      \(prefix)step=20, skipped=1, lr=[9.5e-05, 9.4e-06], mom=[[0.9, 0.999], [0.9, 0.999]]
      """)
    #expect(log.values("lr[0]") == [9.7e-5, 9.5e-5])
    #expect(log.values("lr[1]") == [9.6e-6, 9.4e-6])
    #expect(log.progress("lr[1]") == [.step(10), .step(20)])
    #expect(log.series("lr[0]")?.role == .learningRate)
    #expect(log.series("lr[1]")?.role == .learningRate)
    #expect(log.values("skipped") == [0, 1])
    #expect(log.runs[0].settings.isEmpty)
  }

  @Test(arguments: [
    ("Run: 01, Epoch: 10, Loss: 1.25, Train: 45.6%, Valid: 44.1%, Test: 43.9%", 0.456),
    ("Epoch: 010, LOSS: 1.25, train: 0.456, valid: 0.441, test: 0.439", 0.456),
    ("Epoch 10 | train_loss=1.25 | Train=45.6 | Valid=44.1 | Test=43.9", 45.6),
  ])
  func scoresBesideALoss(line: String, score: Double) throws {
    let log = try ConsoleLog(line + "\n" + line.replacing("10,", with: "11,"))
    try #require(log.runs.count == 1)
    let series = log.runs[0].series
    #expect(series.filter { $0.role == .loss }.count == 1)
    for (name, split) in [("train", Split.training), ("valid", .validation), ("test", .test)] {
      let found = try #require(series.first { $0.key.name.lowercased() == name })
      #expect(found.role != .loss)
      #expect(found.split == split)
    }
    #expect(series.first { $0.key.name.lowercased() == "train" }?.points?.first?.value == score)
  }

  @Test func aFunctionThatPrints() throws {
    let log = try ConsoleLog(
      """
      train_opt_callback: iter=     1 sample=1/20 sched=0.01 loss=4.75
      train_opt_callback: iter=     2 sample=9/20 sched=0.02 loss=4.5
      """)
    #expect(log.values("loss") == [4.75, 4.5])
    #expect(log.progress("loss") == [.step(1), .step(2)])
    #expect(log.series("loss")?.role == .loss)
    #expect(log.values("sched") == [0.01, 0.02])
  }

  @Test func aHeadlineAboveFigures() throws {
    let log = try ConsoleLog(
      (1...4).map { batch in
        """
        [batch=\(batch)/1000]:
        \t Train time/epoch: 0
        \t Train time/batch: \(batch - 1)
        \t Train time/sample: \(batch * 8)
        \t Train loss/train/total: \(batch).5

        """
      }.joined())
    try #require(log.runs.count == 1)
    #expect(log.values("Train loss/train/total") == [1.5, 2.5, 3.5, 4.5])
    #expect(log.progress("Train loss/train/total") == (1...4).map { Progress(batch: $0) })
    #expect(log.series("Train loss/train/total")?.role == .loss)
    #expect(log.setting("batches") == .number(1000))
    #expect((log.source.understood, log.source.parts) == (20, 20))
  }

  @Test func aTableOfAModelCard() throws {
    let log = try ConsoleLog(
      """
      | Training Loss | Epoch | Step | Validation Loss | Accuracy |
      |:-------------:|:-----:|:----:|:---------------:|:--------:|
      | No log        | 0.5   | 250  | 0.75            | 0.5      |
      | 0.5           | 1.0   | 500  | 0.625           | 0.625    |
      | nan           | 1.5   | 750  | nan             | -        |
      | a             | few   | more | words           | here     |
      """)
    try #require(log.runs.count == 1)
    #expect(log.values("Training Loss") == [0.5])
    #expect(log.series("Training Loss")?.nonFiniteCount == 1)
    #expect(log.values("Validation Loss") == [0.75, 0.625])
    #expect(log.progress("Validation Loss") == [.epoch(0.5, step: 250), .epoch(1, step: 500)])
    #expect(log.series("Validation Loss")?.split == .validation)
    // It stands behind the validation loss, as its data does.
    #expect(log.values("Validation Accuracy") == [0.5, 0.625])
    #expect((log.source.understood, log.source.parts) == (3, 6))
  }

  @Test func sharesOfACount() throws {
    let log = try ConsoleLog(
      """
      Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.30

      Test set: Average loss: 0.0260, Accuracy: 9921/10000 (99%)

      Train Epoch: 2 [0/60000 (0%)]\tLoss: 2.10
      Epoch 2 | val acc=45/50 | Edges: 3/13 | Accuracy: 0/0
      Epoch 3, loss 0.5 Test Acc 30/40 (75%)
      """)
    #expect(log.values("Test set Accuracy") == [0.9921])
    #expect(log.series("Test set Accuracy")?.role == .metric)
    #expect(log.values("Test set Average loss") == [0.026])
    #expect(log.values("val acc") == [0.9])
    #expect(log.values("Test Acc") == [0.75])
    #expect(log.values("Edges") == [3])
  }

  @Test func memoryIsNoLoss() throws {
    let log = try ConsoleLog(
      """
      Epoch 1: mem=3012M peak=1.5GiB used: 3012 MB rate=3 mb=4
      Epoch 2: Train=3012M, Val=2.1G, Test=12.3s
      Epoch 3: Train=0.5, loss=1.5GB
      """)
    #expect(log.values("mem") == [3.012e9])
    #expect(log.values("peak") == [1_610_612_736])
    #expect(log.values("used") == [3.012e9])
    #expect((log.values("rate"), log.values("mb")) == ([3], [4]))
    #expect(log.runs[0].series.allSatisfy { $0.role != .loss })
  }
}
