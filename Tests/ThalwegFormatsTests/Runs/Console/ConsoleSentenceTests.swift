import Testing
import ThalwegFormats
import ThalwegRecord

/// Words round values: names without a sign, warnings, advice, what was not read.
@Suite struct ConsoleSentenceTests {
  @Test(arguments: [
    ("step 10: loss 3.000 clip: 0.2", ["loss": 3, "clip": 0.2]),
    ("step 10: Loss 2.5e-1 acc 0.5 Grad Norm=1.5", ["Loss": 0.25, "acc": 0.5, "Grad Norm": 1.5]),
    ("step 10 | train loss 2.10  lr: 1e-3", ["train loss": 2.1, "lr": 1e-3]),
    ("step 10: loss 3 clip=0.2", ["loss": 3, "clip": 0.2]),
    ("step 10: time 20ms loss: 2.5", ["time": 20, "loss": 2.5]),
    ("step 10: train loss 2.1, val loss 2.3", ["train loss": 2.1, "val loss": 2.3]),
    ("iter 10: loss 3.1, time 20ms", ["loss": 3.1, "time": 20]),
    (
      "step 10: Layer 3 norm: 1.5, Bucket 0.5 F1: 0.2", ["Layer 3 norm": 1.5, "Bucket 0.5 F1": 0.2]
    ),
    ("step 10: loss 1 mean: 0.5", ["loss 1 mean": 0.5]),
    ("step 10: loss 1: 0.5", ["loss 1": 0.5]),
  ])
  func figuresBeforeAName(line: String, expected: [String: Double]) throws {
    let log = try ConsoleLog(line + "\n" + line.replacing("10", with: "11"))
    var found: [String: Double] = [:]
    for series in log.runs[0].series { found[series.key.name] = series.points?.first?.value }
    #expect(found == expected)
    #expect(log.runs[0].series.allSatisfy { $0.last?.progress == .step(11) })
  }

  @Test(arguments: [
    ("step 60 loss 2.4 aux_loss 0.5 lr 1e-3", ["loss": 2.4, "aux_loss": 0.5, "lr": 1e-3]),
    ("epoch 1 train_nll 0.1 val_nll 0.2", ["train_nll": 0.1, "val_nll": 0.2]),
    ("loss 2.4 z_loss 3 kl 0.25", ["loss": 2.4, "z_loss": 3, "kl": 0.25]),
    (
      "iter 60: loss 3.1, time 20.5ms, mfu 12.50%",
      ["loss": 3.1, "time": 20.5, "mfu": 0.125]
    ),
    ("step 60 loss 2.4 after 2.5 days", ["loss": 2.4]),
    ("step 60 loss 2.4 layer 3", ["loss": 2.4]),
    ("step 60 lr 3.0e-4 -> 2.0e-4 loss 2.4", ["loss": 2.4]),
    ("step 60 norm 3.0 -> 2.0 loss 2.4", ["norm from": 3, "norm to": 2, "loss": 2.4]),
    ("loss=1 saved model_best 0.5", ["loss": 1]),
  ])
  func namesWithoutASign(line: String, expected: [String: Double]) throws {
    let log = try ConsoleLog("step 59 loss 1\n" + line)
    var found: [String: Double] = [:]
    for series in log.runs[0].series { found[series.key.name] = series.last?.value }
    #expect(found == expected.merging(["loss": 1]) { one, _ in one })
    #expect(log.source.understood == 2)
  }

  @Test func unknownNamesThatAreNotFinite() throws {
    let log = try ConsoleLog("step 60 loss 2.4 aux_loss nan kl inf\nq_loss nan\n")
    #expect(log.series("aux_loss")?.nonFiniteCount == 1)
    #expect(log.series("kl")?.nonFiniteCount == 1)
    #expect(log.series("q_loss")?.nonFinite.map(\.progress) == [.step(60)])
  }

  @Test func aRateThatChangesWithoutASign() throws {
    let log = try ConsoleLog("step 60 loss 2.4\nstep 61 lr 3.0e-4 -> 2.5e-4\n")
    #expect(log.incidents(.rateChanged).map(\.figures) == [[3e-4, 2.5e-4]])
  }

  @Test func namesWithoutASignAreMapped() throws {
    let log = try ConsoleLog(
      "epoch 1 train_nll 0.5 quality 3\nepoch 2 train_nll 0.25 quality 4",
      map: ["train_nll": "loss", "quality": "val_accuracy"])
    #expect(log.series("train_nll")?.role == .loss)
    #expect(log.values("train_nll") == [0.5, 0.25])
    #expect(log.series("quality")?.role == .metric)
  }

  @Test func aNameWithAndWithoutASign() throws {
    let log = try ConsoleLog("Epoch 1 loss=1\nafter 5\nafter=6\n")
    #expect(log.values("after") == [6])
  }

  @Test func aLossThatIsNotFiniteBeforeAName() throws {
    let log = try ConsoleLog("Epoch 3 Loss nan clip: 0.1\nEpoch 4 loss -inf, clip: 0.2")
    #expect(log.series("Loss")?.nonFiniteCount == 1)
    #expect(log.series("loss")?.nonFiniteCount == 1)
    #expect(log.values("clip") == [0.1, 0.2])
  }

  @Test(arguments: [
    ("epoch 2 train 0.5", false), ("Epoch 2 took 5 batches", false),
    ("Epoch 2: 3.5 0.25", false), ("[2/9] quality 0.5", false),
    ("  2/9  2.1G  1.25  640: 100%|###| 4/4 [00:10<00:00]", false),
    ("Epoch 2", true), ("EPOCH 2 of 9", true), ("Epoch 2: took 12.3s", true),
    ("Epoch 2 done at 08:28:01 on 2025-11-15", true), ("Epoch 2 loss 0.5 7", true),
    ("Epoch 2: 100%|####| 9/9 [00:10<00:00, 2.5it/s]", true),
    ("Validation DataLoader 0:  50%|##  | 1/2 [00:00<00:00]", true),
    ("epoch 2: resnet50, v1.2.3", true),
  ])
  func aPlaceAloneIsNotUnderstoodWhereNumbersStand(line: String, isUnderstood: Bool) throws {
    let log = try ConsoleLog("Epoch 1 loss=0.5\n" + line)
    #expect(log.source.parts == 2)
    #expect(log.source.understood == (isUnderstood ? 2 : 1))
  }

  @Test(arguments: [
    ("x.py:3: UserWarning: got loss=nan in batch 3, skipping", true),
    ("WARNING: got loss=nan in batch 3, skipping", true),
    ("[WARNING] Loss=inf at batch 3, skipped", true),
    ("WARNING: loss nan in batch 3", true),
    ("loss=nan detected, skipping batch 3", true),
    ("WARNING: if you see loss=nan, lower the learning rate", false),
    ("If loss=nan appears, lower the learning rate", false),
    ("Hint: lower the rate when you see loss: nan", false),
  ])
  func sentencesAreNoFigures(line: String, isIncident: Bool) throws {
    let log = try ConsoleLog("Epoch 1 loss=0.5\n\(line)\nEpoch 2 loss=0.25\n")
    #expect(log.runs[0].series.filter { $0.role == .loss }.count == 1)
    #expect(log.series("loss")?.nonFiniteCount == 0)
    #expect(log.values("loss") == [0.5, 0.25])
    #expect(log.incidents(.warning).count == (isIncident ? 1 : 0))
    #expect(log.incidents(.warning).allSatisfy { line.hasSuffix($0.text) })
    #expect(log.source.understood == 2)
  }

  @Test(arguments: [
    "WARNING:root:step 5 loss=nan", "[WARNING] loss=nan", "Epoch 1 loss=nan NEW BEST",
    "loss=nan grad_norm=inf", "WARNING: Epoch 1: loss=nan in batch 3",
  ])
  func recordsAtALevelAreFigures(line: String) throws {
    let log = try ConsoleLog("Epoch 1 loss=0.5\n\(line)\n")
    #expect(log.series("loss")?.nonFiniteCount == 1)
  }

  @Test(arguments: [
    "Starting run 2 with lr=0.01", "INFO:root:Starting run 2 with LR: 0.01",
    "Training started with batch size 16 and lr=0.01",
    "[2025-11-15 08:28:01] Launching training of model 2 with lr=0.01",
  ])
  func aHeadInOneLineBeginsARun(line: String) throws {
    let log = try ConsoleLog(
      "Starting run 1 with lr=0.1\nEpoch 1 loss=0.5\nEpoch 2 loss=0.4\n\(line)\nEpoch 1 loss=0.7\n")
    try #require(log.runs.count == 2)
    #expect(log.setting("lr") == .number(0.1))
    #expect(log.runs[0].series.map(\.key.name) == ["loss"])
    #expect(log.values("loss", run: 1) == [0.7])
    #expect(
      log.runs[1].settings.contains { $0.path.last?.lowercased() == "lr" && $0.number == 0.01 })
  }

  @Test func numbersBeyondDoubleAreSaid() throws {
    let log = try ConsoleLog(
      """
      limit: 1e400
      Epoch 1 loss=1e999 a=[-1e999, 2] rate: 1e500%
      Epoch 2 Loss 1E+999 b=\(String(repeating: "9", count: 500))
      Epoch 3 loss=inf c=0.\(String(repeating: "0", count: 500))1
      """)
    #expect(log.setting("limit") == .number(.infinity))
    #expect(log.series("loss")?.nonFinite.map(\.value) == [.infinity, .infinity])
    #expect(log.series("a[0]")?.nonFinite.map(\.value) == [-.infinity])
    #expect(log.values("a[1]") == [2])
    #expect(log.series("Loss")?.nonFiniteCount == 1)
    #expect(log.series("b")?.nonFiniteCount == 1)
    #expect(log.values("c") == [0])
    // What is printed as infinite is not beyond anything.
    #expect(
      log.source.remarks == [
        "numbers beyond the range of Double, taken as infinite: 6, the first in line 1"
      ])
  }

  @Test func aKeyThatInterrupts() throws {
    let log = try ConsoleLog(
      """
      Epoch 1 loss=0.5
      ^CTraceback (most recent call last):
        File "train.py", line 3, in <module>
          loss = 0.25
      KeyboardInterrupt
      """)
    #expect(log.values("loss") == [0.5])
    #expect(log.incidents(.exception).map(\.text) == ["KeyboardInterrupt"])
  }
}
