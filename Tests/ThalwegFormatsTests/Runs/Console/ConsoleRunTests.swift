import Testing
import ThalwegFormats
import ThalwegRecord

/// Heads, ends, several runs in one file.
@Suite struct ConsoleRunTests {
  @Test func theHeadIsSettings() throws {
    let log = try ConsoleLog(
      """
      Batch size: 8, Device: cuda:0
      - Initial LR: 3e-06 (warmup start)
      - Max LR: 5e-05 (reached after 5 epochs)
      - LR range: 3e-06 → 5e-05
      Warm-up: 1e-04 -> 5e-04 over 1 epoch(s)
      betas=(0.9, 0.999) shuffle: True
      Val: mean=-0.319, std=1.358
      epoch: 100
      True edges: 13/169 (7.7% density)
      Using lr=0.1
      Epoch 1/7 | loss=0.5 | Batch size: 16
      """)
    #expect(log.setting("Batch size") == .number(8))
    #expect(log.setting("Device") == .text("cuda:0"))
    #expect(log.setting("Initial LR") == .number(3e-6))
    #expect(log.setting("Max LR") == .number(5e-5))
    #expect(log.setting("LR range") == .list([.number(3e-6), .number(5e-5)]))
    #expect(log.setting("Warm-up") == .list([.number(1e-4), .number(5e-4)]))
    #expect(log.setting("betas") == .list([.number(0.9), .number(0.999)]))
    #expect(log.setting("shuffle") == .bool(true))
    #expect(log.setting("Val", "std") == .number(1.358))
    #expect(log.setting("epoch") == .number(100))
    #expect(log.setting("True edges") == .number(13))
    #expect(log.setting("lr") == .number(0.1))
    #expect(log.setting("epochs") == .number(7))
    #expect(log.progress("loss") == [.epoch(1)])
    #expect(log.runs[0].settings.first { $0.path == ["LR range"] }?.text == "3e-06 → 5e-05")
    #expect(log.runs[0].settings.first { $0.path == ["LR range"] }?.place.position == 4)
    // A device alone is a word, not a number.
    #expect((log.source.understood, log.source.parts) == (11, 11))
    #expect(try ConsoleLog("Device: cpu\nOptimizer: AdamW\n").source.understood == 0)
  }

  @Test func aSecondRunBeginsWhereTheFirstIsOver() throws {
    let log = try ConsoleLog(
      """
      lr: 0.1
      Epoch 1/3 loss=0.5
      Epoch 2/3 loss=0.4
      Training complete in 12s
      Test accuracy: 0.91
      Starting training
      lr: 0.2
      Epoch 1/5 loss=0.9
      Epoch 2/5 loss=0.8
      """)
    try #require(log.runs.count == 2)
    #expect(log.values("loss") == [0.5, 0.4])
    #expect(log.values("Test accuracy") == [0.91])
    #expect(log.setting("lr") == .number(0.1))
    #expect(log.incidents(.finished).map(\.text) == ["Training complete in 12s"])
    #expect(log.values("loss", run: 1) == [0.9, 0.8])
    #expect(log.setting("lr", run: 1) == .number(0.2))
    #expect(log.setting("epochs", run: 1) == .number(5))
    #expect(log.runs[1].incidents.isEmpty)
  }

  @Test func aSecondRunBeginsAfterAnError() throws {
    let log = try ConsoleLog(
      """
      lr: 0.1
      Epoch 1 loss=0.5
      Traceback (most recent call last):
        File "train.py", line 3, in <module>
          loss = 0.25
      torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB
      lr: 0.05
      Epoch 1 loss=0.7
      """)
    try #require(log.runs.count == 2)
    #expect(log.values("loss") == [0.5])
    #expect(
      log.incidents(.exception).map(\.text)
        == ["torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"])
    #expect(log.incidents(.exception).first?.progress == .epoch(1))
    #expect(log.setting("lr", run: 1) == .number(0.05))
    #expect(log.values("loss", run: 1) == [0.7])
  }

  @Test func aRunThatWasKilledIsToldByItsHead() throws {
    let log = try ConsoleLog(
      "seed: 1\nEpoch 1 loss=0.5\nEpoch 2 loss=0.4\nseed: 2\nwidth: 8\nEpoch 1 loss=0.9\n")
    try #require(log.runs.count == 2)
    #expect(log.setting("seed", run: 1) == .number(2))
    #expect(log.setting("width", run: 1) == .number(8))
    #expect(log.runs[0].series.map(\.key.name) == ["loss"])
    // Said again within a run it is a figure, and no run begins.
    let one = try ConsoleLog("seed: 1\nEpoch 1 loss=0.5\nseed: 1\nEpoch 2 loss=0.4\n")
    try #require(one.runs.count == 1)
    #expect(one.values("seed") == [1])
    #expect(one.progress("seed") == [.epoch(1)])
    #expect(one.values("loss") == [0.5, 0.4])
  }

  @Test func aResumedRunIsOne() throws {
    let log = try ConsoleLog(
      """
      lr: 0.1
      Epoch 1 loss=0.5
      Epoch 2 loss=0.4
      RuntimeError: NCCL timeout
      Resuming from checkpoint last.pt (epoch 1, loss=0.5)
      lr: 0.05
      Epoch 2 loss=0.45
      Epoch 3 loss=0.3
      """)
    try #require(log.runs.count == 1)
    #expect(log.values("loss") == [0.5, 0.4, 0.45, 0.3])
    #expect(log.incidents(.resumed).first?.figures == [1, 0.5])
    #expect(log.incidents(.resumed).first?.place.position == 5)
    #expect(log.runs[0].settings.filter { $0.path == ["lr"] }.map(\.number) == [0.1, 0.05])
  }

  @Test func whatIsFinishedInPartGoesOn() throws {
    let log = try ConsoleLog(
      "Epoch 1 loss=0.5\nTraining finished, validating\nval_loss=0.6\nEpoch 2 loss=0.4\nTraining finished\n"
    )
    try #require(log.runs.count == 1)
    #expect(log.incidents(.finished).map(\.place.position) == [5])
    #expect(log.values("val_loss") == [0.6])
  }

  @Test(arguments: [
    ("Early stopping triggered after 46 epochs (no improvement for 15 evals)", true),
    ("Epoch 00046: early stopping", true), ("⏹️  Early stop at epoch 46", true),
    ("EarlyStopping counter: 3 out of 5", false), ("early_stopping_patience: 10", false),
    ("Early stopping: 3/15", false),
    ("The loss went down", false),
  ])
  func earlyStops(line: String, isOne: Bool) throws {
    let log = try ConsoleLog("Epoch 46 loss=1\n\(line)\n")
    #expect(log.incidents(.stoppedEarly).count == (isOne ? 1 : 0))
    #expect(try ConsoleLog("\(line)\nEpoch 1 loss=1").incidents(.stoppedEarly).isEmpty)
  }

  @Test(arguments: [
    ("[WARNING] Invalid loss tensor encountered, skipping batch", true),
    ("Detected NaN in loss, skipping batch", true),
    ("x.py:3: UserWarning: The epoch parameter was not necessary", true),
    ("WARNING:root:slow disk", true),
    ("loss is nan!", true), ("nan_count=0 skipped=1", false), ("all is well", false),
    ("DeprecationWarning: x", false),
    ("  warnings.warn(\"x\", UserWarning)", false),
  ])
  func warnings(line: String, isOne: Bool) throws {
    let log = try ConsoleLog("Epoch 1 loss=1\n\(line)\n")
    #expect(log.incidents(.warning).count == (isOne ? 1 : 0))
  }

  @Test func lossScales() throws {
    let log = try ConsoleLog(
      """
      step 5: loss=1
      Gradient overflow.  Skipping step, loss scaler 0 reducing loss scale to 32768.0
      [deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 32768, reducing to 16384
      """)
    #expect(log.values("loss_scale") == [32768, 16384])
    #expect(log.series("loss_scale")?.role == .lossScale)
    #expect(log.incidents(.warning).count == 2)
    #expect(log.progress("loss_scale") == [.step(5), .step(5)])
  }

  @Test func lossScalesBeforeAnyStep() throws {
    let line =
      "[deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 65536, reducing to "
    let log = try ConsoleLog([32768, 16384, 8192].map { "\(line)\($0)\n" }.joined())
    #expect(log.values("loss_scale") == [32768, 16384, 8192])
    #expect(log.incidents(.warning).count == 3)
    #expect(log.runs[0].settings.isEmpty)
  }

  @Test func skippedAndNaNIterations() throws {
    func line(_ step: Int, _ skipped: Int, _ nan: Int) -> String {
      " iteration  \(step)/ 500 | lm loss: 2.5E+00 | loss scale: 65536.0 | grad norm: 1.5 | "
        + "number of skipped iterations:   \(skipped) | number of nan iterations:   \(nan) |\n"
    }
    let log = try ConsoleLog(line(1, 0, 0) + line(2, 1, 1) + line(3, 0, 0))
    #expect(log.incidents(.warning).map(\.text) == ["number of skipped iterations: 1"])
    #expect(log.incidents(.warning).map(\.progress) == [.step(2)])
    #expect(log.incidents(.nonFinite).map(\.text) == ["number of nan iterations: 1"])
    #expect(log.values("number of skipped iterations") == [0, 1, 0])
  }

  @Test(arguments: [
    ("Killed", true), ("run.sh: line 5: 12345 Killed   python train.py", true),
    ("slurmstepd: error: Detected 1 oom-kill event(s) in StepId=123.batch.", true),
    (
      "slurmstepd: error: *** JOB 123 ON n1 CANCELLED AT 2024-05-01T10:00:00 DUE TO TIME LIMIT ***",
      true
    ),
    ("the worker was killed and started anew", false),
  ])
  func endsFromOutside(line: String, isOne: Bool) throws {
    let log = try ConsoleLog("Epoch 1 loss=1\n\(line)\n")
    #expect(log.incidents(.exception).map(\.text).isEmpty != isOne)
    #expect(log.incidents(.exception).allSatisfy { $0.progress == .epoch(1) })
  }

  @Test(arguments: [(300, ""), (6, "step=")])
  func namesAgainAndAgainAreFigures(count: Int, place: String) throws {
    let lines = (1...count).map { number in
      (place.isEmpty ? "" : "\(place)\(number) ") + "quality=\(number).5 size=8\n"
    }
    let log = try ConsoleLog("width=16\n" + lines.joined())
    try #require(log.runs.count == 1)
    #expect(log.values("quality") == (1...count).map { Double($0) + 0.5 })
    #expect(log.values("size").count == count)
    #expect(log.setting("width") == .number(16))
    #expect(log.setting("quality") == nil)
    #expect(log.series("quality")?.last?.progress.step == (place.isEmpty ? nil : count))
    #expect(log.series("quality")?.first?.progress.step == (place.isEmpty ? nil : 1))
    #expect(log.source.understood == count + 1)
  }

  @Test func aHeadThatRepeatsSizesIsOne() throws {
    let layers = (1...300).map { "Linear in_features=\($0 * 8) out_features=8 scale=0.5\n" }
    let log = try ConsoleLog(layers.joined() + "lr=0.5\nEpoch 1 loss=2\n")
    #expect(log.runs[0].series.map(\.key.name) == ["loss"])
    #expect(log.setting("lr") == .number(0.5))
  }

  @Test func schedulersThatSpeak() throws {
    let log = try ConsoleLog(
      "Epoch 1 loss=1\nEpoch 00001: reducing learning rate of group 0 to 5.0000e-05.\nEpoch 2 loss=0.5\n"
    )
    #expect(log.incidents(.rateChanged).map(\.figures) == [[5e-5]])
    #expect(log.progress("loss") == [.epoch(1), .epoch(2)])
  }

  @Test func errorsThatAreFigures() throws {
    let log = try ConsoleLog("Epoch 1 loss=1\nMeanAbsoluteError: 0.25\nValueError: no such thing\n")
    #expect(log.values("MeanAbsoluteError") == [0.25])
    #expect(log.incidents(.exception).map(\.text) == ["ValueError: no such thing"])
  }

  @Test func batchesThatBeginAgainAreNoNewRun() throws {
    let log = try ConsoleLog(
      "Epoch 1, Batch 5: loss=1\nEpoch 1, Batch 9: loss=2\nEpoch 1, Batch 1: loss=3\nEpoch 2, Batch 1: loss=4\n"
    )
    #expect(log.runs.count == 1)
    #expect(log.values("loss") == [1, 2, 3, 4])
    #expect(log.runs[0].incidents.isEmpty)
  }
}
