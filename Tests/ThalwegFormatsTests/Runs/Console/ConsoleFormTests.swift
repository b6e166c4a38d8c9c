import Testing
import ThalwegFormats
import ThalwegRecord

/// Forms of lines that tools and people print.
@Suite struct ConsoleFormTests {
  /// The figures of one line behind an epoch, by name.
  private func figures(_ line: String) throws -> [String: [Double]] {
    let log = try ConsoleLog("Epoch 1\n" + line)
    var figures: [String: [Double]] = [:]
    for series in log.runs[0].series { figures[series.key.name] = series.points?.map(\.value) }
    return figures
  }

  @Test(arguments: [
    (
      "a=1e-05 b=5.00e-04 c=.5 d=+3 e=-2.5E+3",
      ["a": [1e-5], "b": [5e-4], "c": [0.5], "d": [3], "e": [-2500]]
    ),
    ("a: 5,094, b: 1,234,567", ["a": [5094], "b": [1_234_567]]),
    ("a=15/169 b: 7/15", ["a": [15], "b": [7]]),
    ("a=96.4% b: 0.7%", ["a": [0.964], "b": [0.007]]),
    (
      "a=12.3s b=2ms c=9.8it/s d=1.5K e=2M",
      ["a": [12.3], "b": [2], "c": [9.8], "d": [1500], "e": [2e6]]
    ),
    ("a = 1 | b : 2 ; c=3", ["a": [1], "b": [2], "c": [3]]),
    ("x mean/std: 0.395549 / 0.927233", ["x mean": [0.395549], "x std": [0.927233]]),
    ("x min/max = -1/2", ["x min": [-1], "x max": [2]]),
    ("flag: True other=False", ["flag": [1], "other": [0]]),
    (
      "loss: tensor(0.6931, grad_fn=<MseLossBackward0>) lr: [0.001]",
      ["loss": [0.6931], "lr": [0.001]]
    ),
    (
      "acc 3 loss tensor(2.5, device='cuda:0', grad_fn=<NllLossBackward0>) lr=0.25",
      ["acc": [3], "loss": [2.5], "lr": [0.25]]
    ),
    ("loss: np.float64(0.25), 'acc': '0.5'", ["loss": [0.25], "acc": [0.5]]),
    ("norm: 2.5 → 1.0", ["norm from": [2.5], "norm to": [1]]),
    ("v=[1.5, 2, -3e2]", ["v[0]": [1.5], "v[1]": [2], "v[2]": [-300]]),
    ("betas: (0.9, 0.999)", ["betas[0]": [0.9], "betas[1]": [0.999]]),
    ("train loss 4.25, val loss 4.5", ["train loss": [4.25], "val loss": [4.5]]),
    ("precision: 0,5; Präzision=0.5 損失：0.25", ["Präzision": [0.5], "損失": [0.25]]),
    ("a=0.5 ± 0.1", ["a": [0.5]]),
    ("a=1<2 b<=3 c==4 d->5", ["a": [1]]),
  ])
  func values(line: String, expected: [String: [Double]]) throws {
    #expect(try figures(line) == expected)
  }

  @Test(arguments: [
    "started: 2025-11-02 17:39:19", "time: 12:30", "date: 11/02/2025", "version=1.2.3",
    "torch: 2.0.1+cu118",
    "address: 10.0.0.1", "url: http://host:6006/x?y=1", "shape: (12, 10, 4)", "id=0x7f3a",
    "commit: 3e10ab2",
    "device: cuda:0", "path: /data/run_3/x.pt:12", "train.py:120: note", "gpus=0,1,2",
    "range 10-20", "eta: 1 day, 2:03:04",
    "/home/me/x.py:15: DeprecationWarning: y", "kernel=(3, 3)", "file=run/3.log", "std::move: x",
    "x: 3rd", "45%|###  |",
    "Accuracy of the network on the 10000 test images: good", "C:\\runs\\3",
    "a lot of words that say: 3 nothing at all here 5",
  ])
  func thingsThatAreNoFigures(line: String) throws {
    let found = try figures(line)
    #expect(found.isEmpty || line.hasPrefix("a lot"), "\(found)")
  }

  @Test func notFiniteFigures() throws {
    let log = try ConsoleLog(
      "Epoch 1 a=nan b=inf c: -inf, d=NaN e=Infinity f=-nan g=nanometers h=info")
    for (name, value) in [
      ("a", "nan"), ("b", "inf"), ("c", "-inf"), ("d", "nan"), ("e", "inf"), ("f", "nan"),
    ] {
      #expect(log.series(name)?.nonFinite.map { "\($0.value)" } == [value], "\(name)")
    }
    #expect(log.series("g") == nil && log.series("h") == nil)
  }

  @Test func notFiniteFiguresOfWindows() throws {
    let log = try ConsoleLog("Epoch 1 loss 1.#QNAN a=-1.#IND b: 1.#INF, c=-1.#INF00 d=1.#x")
    for (name, value) in [
      ("loss", "nan"), ("a", "nan"), ("b", "inf"), ("c", "-inf"),
    ] {
      #expect(log.series(name)?.nonFinite.map { "\($0.value)" } == [value], "\(name)")
      #expect(log.series(name)?.count == 1)
    }
  }

  @Test func aCommaThatMayBeDecimal() throws {
    let log = try ConsoleLog(
      "Epoch 1 loss: 2,990 tokens=5,094\nEpoch 2 loss: 2,870 n=3,000\nEpoch 3 loss: 1,234,567")
    #expect(
      log.source.remarks == [
        "figures with one comma, taken for thousands and not for a decimal comma: 2, the first "
          + "in line 1"
      ])
    #expect(try ConsoleLog("Parameters: 5,094\nEpoch 1 loss=2").source.remarks.isEmpty)
  }

  @Test func absentIsNeitherZeroNorUnsaid() throws {
    let log = try ConsoleLog("Epoch 1 loss=0.5 grad_norm=None\nEpoch 2 loss=0.4")
    #expect(log.series("grad_norm")?.nils == 1)
    #expect(log.series("grad_norm")?.count == 0)
    #expect(log.series("lr") == nil)
  }

  @Test(arguments: [
    ("Epoch 3/200: a=1", Progress.epoch(3)), ("Epoch [3/200] a=1", .epoch(3)),
    ("[Epoch 3] a=1", .epoch(3)),
    ("epoch=3 a=1", .epoch(3)), ("a=1 | epoch: 3 |", .epoch(3)), ("EPOCH #3 of 20, a=1", .epoch(3)),
    ("{'a': 1, 'epoch': 0.16}", .epoch(0.16)), ("Epoch: [3][ 10/50] a=1", .epoch(3, batch: 10)),
    ("Train Epoch: 3 [640/60000 (1%)]\ta: 1", .epoch(3, batch: 640)),
    ("[3,  2000] a: 1", .epoch(3, batch: 2000)),
    ("EPOCH 3 | BATCH 2/562 | TRAINING MODE | a=1", .epoch(3, batch: 2)),
    ("Epoch 3, Batch 7: a=1", .epoch(3, batch: 7)),
    ("| epoch 003: 100 / 500 a=1", .epoch(3, batch: 100)),
    ("Epoch(train)  [3][ 50/391]  a: 1", .epoch(3, batch: 50)),
    ("step 120: a=1", .step(120)), ("global_step = 120, a=1", .step(120)),
    ("[120]\ta: 1", .step(120)),
    (" iteration      120/  500000 | a: 1 |", .step(120)), ("a=1 at=2 iter: 120", .step(120)),
    ("trainer/global_step=120 a=1", .step(120)), ("a at step 120: 1", .step(120)),
    ("[Step 120/500] a=1", .step(120)),
    ("epoch=3/micro_step=7/global_step=120, a=1", .epoch(3, step: 120)),
    ("micro_step=7/epoch=3/a=1", .epoch(3)),
    ("Epoch 3 | step 120 | a=1", .epoch(3, step: 120)),
    ("100/500 [===>...] - a: 1", Progress(batch: 100)),
    ("[Batch  275/827] a: 1", Progress(batch: 275)), ("VAL | epoch 3 | a=1", .epoch(3)),
  ])
  func progress(line: String, expected: Progress) throws {
    // The loss before it begins training, so that no count is taken for a setting.
    let log = try ConsoleLog("loss=1\n" + line)
    let series = log.runs.last?.series.first { $0.key.name.hasSuffix("a") }
    #expect(series?.points?.map(\.value) == [1])
    #expect(series?.last?.progress == expected)
  }

  @Test(arguments: [
    "epochs=3", "Total epochs: 46/100", "Step 1: load the data", "best epoch: 3", "Batch size 32",
    "the epoch 3 was good",
    "step2=5", "(epoch 3)", "from epoch 3", "Epoch time: 3", "epochs 3", "steps_per_epoch=3",
  ])
  func countsOfSomethingElse(line: String) throws {
    let log = try ConsoleLog("loss=1\n\(line)\nloss=2")
    #expect(log.progress("loss") == [Progress(), Progress()])
  }

  @Test func progressStaysUntilChanged() throws {
    let log = try ConsoleLog("Epoch 1\nloss=1\nstep 5\nloss=2\nloss=3\nEpoch 2\nloss=4\n")
    #expect(
      log.progress("loss") == [.epoch(1), .epoch(1, step: 5), .epoch(1, step: 5), .epoch(2)])
  }

  @Test(arguments: [
    "2025-11-15 08:28:01,123 - INFO - ", "[2025-11-15 08:28:01] ", "INFO:root:", "[INFO] ", "0: ",
    "[rank0]: ",
    "2025-11-15T08:28:01.1Z stdout F INFO:root:", "2025-11-15T08:28:01.1Z stderr P ",
    "INFO:src.train:", "2025-11-15T08:28:01.123Z INFO train.loop - ",
    "[2025-11-15 08:28:01,123][train][INFO] - ",
    "2025-11-15 08:28:01.123 | INFO     | __main__:train:52 - ",
    "I1115 08:28:01.123456 12345 train.py:120] ",
    "[INFO|trainer.py:1812] 2025-11-15 08:28:01,333 >> ", "(RayTrainWorker pid=123, ip=10.0.0.1) ",
    "[1,0]<stdout>:",
    "Nov 15 08:28:01 ", "11/15/2025 08:28:01 - INFO - __main__ - ", "wandb: ", "rank 3: ",
    "08:28:01 ",
    "\u{1B}[32m2025-11-15 08:28:01\u{1B}[0m | ", "\u{1B}]0;title\u{7}", "🚀 ", "- ", "│ ",
  ])
  func prefixes(prefix: String) throws {
    let log = try ConsoleLog("\(prefix)Epoch 3/9: loss=0.25, lr=1e-3")
    #expect(log.values("loss") == [0.25])
    #expect(log.values("lr") == [1e-3])
    #expect(log.progress("loss") == [.epoch(3)])
    #expect(log.runs[0].series.count == 2)
    #expect(log.setting("epochs") == .number(9))
  }

  @Test func aHeadOfDataNamesItsSplit() throws {
    let log = try ConsoleLog(
      """
      EPOCH 1 | BATCH 0 | TRAINING MODE
      loss: 1.0
      EPOCH 1 | BATCH 0 | VALIDATION MODE
      loss: 2.0
      Val Epoch 2: loss=3.0
      [train] acc=0.5 [val] acc=0.25
      Test set: Average loss: 0.0523, Accuracy: 9833/10000 (98%)
      """)
    #expect(log.values("loss") == [1])
    #expect(log.series("loss")?.split == .training)
    #expect(log.values("validation loss") == [2, 3])
    #expect(log.series("validation loss")?.split == .validation)
    #expect(log.values("train acc") == [0.5])
    #expect(log.values("val acc") == [0.25])
    #expect(log.values("Test set Average loss") == [0.0523])
    #expect(log.series("Test set Average loss")?.role == .loss)
    #expect(log.series("Test set Average loss")?.split == .test)
    #expect(log.values("Test set Accuracy") == [0.9833])
  }

  @Test func tensorsByHeadingGroupAndName() throws {
    let log = try ConsoleLog(
      """
      Epoch 1: loss=0.5
      encoder.0.weight:
        weight_norm_before: 20.5
        grad_norm: 0.0
      after=1
      Gradient norms:
        encoder.1.weight: 0.125
      encoder.2.weight: grad_norm=0.25, weight_norm=2.5
      grad_norm/encoder.3.weight: 0.5
      encoder.4.weight grad norm: 0.75
      """)
    #expect(log.values("weight_norm_before", tensor: "encoder.0.weight") == [20.5])
    #expect(log.values("grad_norm", tensor: "encoder.0.weight") == [0])
    #expect(log.series("grad_norm", tensor: "encoder.0.weight")?.zeros == 1)
    #expect(log.values("after") == [1])
    #expect(log.values("Gradient norms", tensor: "encoder.1.weight") == [0.125])
    #expect(log.values("grad_norm", tensor: "encoder.2.weight") == [0.25])
    #expect(log.values("weight_norm", tensor: "encoder.2.weight") == [2.5])
    #expect(log.values("grad_norm", tensor: "encoder.3.weight") == [0.5])
    #expect(log.values("grad norm", tensor: "encoder.4.weight") == [0.75])
    let roles = log.runs[0].series.filter { $0.key.tensor != nil }.map(\.role)
    #expect(roles.filter { $0 == .gradientNorm }.count == 5)
    #expect(roles.filter { $0 == .parameterNorm }.count == 2)
  }

  @Test func partsOfTheLoss() throws {
    let log = try ConsoleLog(
      "Epoch 1 | Loss: 3.0 (Recon:75.0% Sparse:25.0%)\nEpoch 2 | Loss: 0.5 (recon: 0.3, kl: 0.2, lr: 1e-4, avg: 0.6)"
    )
    #expect(log.values("Loss") == [3, 0.5])
    #expect(log.values("Loss Recon") == [0.75])
    #expect(log.values("Loss Sparse") == [0.25])
    #expect(log.series("Loss Recon")?.role == .termShare)
    #expect(log.values("Loss recon") == [0.3])
    #expect(log.series("Loss kl")?.role == .term)
    #expect(log.series("lr")?.role == .learningRate)
    #expect(log.series("Loss avg")?.role == nil)
  }

  @Test func fairseqWritesPercentWithoutTheSign() throws {
    let log = try ConsoleLog(
      """
      2021-05-05 12:00:00 | INFO | train_inner | epoch 001: 100 / 500 loss=10.2, num_updates=100, gnorm=2.3, clip=100
      | epoch 001: 200 / 500 loss=9.2, gnorm=2.1, clip=50
      2021-05-05 12:10:00 | INFO | valid | epoch 001 | valid on 'valid' subset | loss 8.8 | ppl 280.1
      clip: 5.0
      """)
    #expect(log.values("clip") == [1, 0.5, 5])
    #expect(log.series("clip")?.role == .clippedShare)
    #expect(log.values("gnorm") == [2.3, 2.1])
    #expect(
      log.progress("loss") == [.epoch(1, step: 100, batch: 100), .epoch(1, step: 100, batch: 200)])
    #expect(log.values("valid loss") == [8.8])
    #expect(log.series("valid ppl")?.split == .validation)
    let bare = try ConsoleLog("Epoch 1 loss=1 clip=5.0")
    #expect(bare.series("clip")?.role == nil)
  }

  @Test func tablesOfTwoCells() throws {
    let log = try ConsoleLog(
      "Epoch 1: loss=1\n-----\n| train/          |        |\n|    loss         | 0.5    |\n|    learning_rate | 0.0003 |\n-----\n"
    )
    #expect(log.values("train/loss") == [0.5])
    #expect(log.progress("train/loss") == [.epoch(1)])
    #expect(log.values("train/learning_rate") == [0.0003])
  }

  @Test func namesAreMapped() throws {
    let log = try ConsoleLog(
      "Epoch 1 | J: 0.5 | quality=3", map: ["J": "loss", "quality": "val_accuracy"])
    #expect(log.series("J")?.role == .loss)
    #expect(log.series("quality")?.role == .metric)
    #expect(log.series("quality")?.split == .validation)
  }
}
