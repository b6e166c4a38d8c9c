import Testing
import ThalwegFormats
import ThalwegRecord

/// The lines that the five case reports show, with the figures that stand in them.
@Suite struct ConsoleReportTests {
  @Test func tensorsOfReport0() throws {
    let log = try ConsoleLog(
      """
      [GRAD] max=0 mean=nan top3=[imputer.imputer.missing_embed:0, imputer.imputer.embed.0.weight:nan, ...]
      [GRAD] max=127 mean=15.3 top3=[imputer.imputer.aleatoric_head.2.weight:127, y.bias:39.1, z.bias:nan]
      """)
    #expect(log.values("GRAD max") == [0, 127])
    #expect(log.series("GRAD max")?.role == .gradientMaximum)
    #expect(log.values("GRAD mean") == [15.3])
    #expect(log.series("GRAD mean")?.nonFiniteCount == 1)
    #expect(log.series("GRAD mean")?.role == .gradientMean)
    #expect(log.values("GRAD", tensor: "imputer.imputer.missing_embed") == [0])
    #expect(log.series("GRAD", tensor: "imputer.imputer.embed.0.weight")?.nonFiniteCount == 1)
    #expect(log.values("GRAD", tensor: "imputer.imputer.aleatoric_head.2.weight") == [127])
    #expect(log.values("GRAD", tensor: "y.bias") == [39.1])
    #expect(
      log.runs[0].series.filter { $0.key.tensor != nil }.allSatisfy { $0.role == .gradientNorm })
    #expect(log.source.understood == 2)
  }

  @Test func epochsBatchesAndThresholdsOfReport1() throws {
    let log = try ConsoleLog(
      """
      ===== STABLE RC-GNN TRAINING WITH GRADIENT FIXES =====

      Epoch   1/100 | Loss:   1.0496 | Val F1: 0.0000 | Val SHD:    1000000000.0 | 
      Edges:   0/13 | Grad Clip: 96.4% | LR: 5.00e-04 | Patience: 1/15

      [Batch  275/827] Loss:   0.4892 | Grad Norm:   2.5731 | Clipped: ✓
      [Batch  550/827] Loss:   0.1963 | Grad Norm:   1.8228 | Clipped: ✗
      [Batch  825/827] Loss:   0.1182 | Grad Norm:   1.3641 | Clipped: ✓

      🎯 Threshold tuned: 0.000 → F1=0.2069

      Epoch   4/100 | Loss:   0.0105 | Val F1: 0.0690 | Val SHD:   27.0 | 
      Edges:   0/13 | Grad Clip: 0.7% | LR: 5.00e-04 | ⭐ NEW BEST
      """)
    #expect(log.values("Loss") == [1.0496, 0.4892, 0.1963, 0.1182, 0.0105])
    #expect(
      log.progress("Loss") == [
        .epoch(1), .epoch(1, batch: 275), .epoch(1, batch: 550), .epoch(1, batch: 825), .epoch(4),
      ])
    #expect(log.series("Loss")?.role == .loss)
    #expect(log.values("Val F1") == [0, 0.069])
    #expect(log.values("Val SHD") == [1e9, 27])
    #expect(log.series("Val SHD")?.split == .validation)
    #expect(log.values("Edges") == [0, 0])
    #expect(log.values("Grad Clip") == [0.964, 0.007])
    #expect(log.series("Grad Clip")?.role == .clippedShare)
    #expect(log.values("Clipped") == [1, 0, 1])
    #expect(log.series("Clipped")?.role == .clippedShare)
    #expect(log.values("Grad Norm") == [2.5731, 1.8228, 1.3641])
    #expect(log.series("Grad Norm")?.role == .gradientNorm)
    #expect(log.values("LR") == [5e-4, 5e-4])
    #expect(log.values("Threshold tuned") == [0])
    #expect(log.values("F1") == [0.2069])
    #expect(log.setting("epochs") == .number(100))
    #expect(log.setting("batches") == .number(827))
    #expect(log.setting("patience") == .number(15))
    #expect((log.source.understood, log.source.parts) == (8, 9))
  }

  @Test func trainerOfReport2() throws {
    let lines = [
      "Train Epoch 3/200: 100%|██████████| 833/833 [00:10<00:00, 80.1it/s, Loss=1.23e+00, Prior=4.5e-02, Grad=2.89e+01]",
      "Epoch 3/200: Train=6.1e-01, Val=2.0e-02, LR=2.77e-05, Time=12.3s",
      "Warmup LR: 2.77e-05 → 4.08e-05",
      "Learning rate REDUCED: 8.00e-05 → 4.00e-05",
      "LR unchanged: 4.00e-05 (bad epochs: 3/7)",
      "Eval (epoch): MAE=0.1234, RMSE=0.2345, predictions=[0.1, 0.9], std =0.05; targets=[0.05, 0.95]",
      "Per-epoch Spearman: 0.512 (p=1.2e-05)",
      "Bucket 5+: Spearman=0.71, Kendallτ=0.62",
    ]
    let log = try ConsoleLog(
      lines.map { "2025-11-15 08:28:01,123 - INFO - \($0)\n" }.joined()
        + "Train Epoch 4/200: .. Loss=1.13e+00, Prior=4.4e-02, Grad=2.79e+01")
    #expect(log.values("Loss") == [1.23, 1.13])
    #expect(log.progress("Loss") == [.epoch(3, batch: 833), .epoch(4)])
    #expect(log.series("Loss")?.split == .training)
    #expect(log.values("Prior") == [0.045, 0.044])
    #expect(log.values("Grad") == [28.9, 27.9])
    #expect(log.series("Grad")?.role == .gradientNorm)
    #expect(log.values("Train") == [0.61])
    #expect(log.values("Val") == [0.02])
    #expect((log.series("Train")?.role, log.series("Train")?.split) == (.loss, .training))
    #expect((log.series("Val")?.role, log.series("Val")?.split) == (.loss, .validation))
    #expect(log.values("LR") == [2.77e-5])
    #expect(log.values("Time") == [12.3])
    #expect(log.series("Time")?.role == .clock)
    #expect(log.incidents(.rateChanged).map(\.figures) == [[2.77e-5, 4.08e-5], [8e-5, 4e-5]])
    #expect(log.values("LR unchanged") == [4e-5])
    #expect(log.series("LR unchanged")?.role == .learningRate)
    #expect(log.values("LR unchanged bad epochs") == [3])
    #expect(log.series("LR unchanged bad epochs")?.role == nil)
    #expect(log.values("Eval (epoch) MAE") == [0.1234])
    #expect(log.series("Eval (epoch) MAE")?.split == .validation)
    #expect(log.values("Eval (epoch) RMSE") == [0.2345])
    #expect(log.values("Eval (epoch) predictions[1]") == [0.9])
    #expect(log.values("Eval (epoch) std") == [0.05])
    #expect(log.values("Eval (epoch) targets[0]") == [0.05])
    #expect(log.values("Per-epoch Spearman") == [0.512])
    #expect(log.values("Per-epoch Spearman p") == [1.2e-5])
    #expect(log.series("Per-epoch Spearman p")?.role == nil)
    #expect(log.values("Bucket 5+ Spearman") == [0.71])
    #expect(log.values("Bucket 5+ Kendallτ") == [0.62])
    #expect(log.setting("epochs") == .number(200))
    #expect((log.source.understood, log.source.parts) == (9, 9))
  }

  @Test func descentOfReport3() throws {
    let log = try ConsoleLog(
      """
      Training: 'abc' → 'ab', 'xyz' → 'xy', '123' → '12'

      Epoch  0: loss=4.157602
      Epoch  5: loss=4.158530  (+0.001 increase!)
      Epoch 10: loss=4.158614
      Epoch 15: loss=4.158614

      Total change: +0.001231 (+0.03%)
      Decreases: 0
      Increases: 20
      ✗ FAIL: Not converging
      """)
    #expect(log.values("loss") == [4.157602, 4.158530, 4.158614, 4.158614])
    #expect(log.progress("loss") == [.epoch(0), .epoch(5), .epoch(10), .epoch(15)])
    #expect(log.values("Total change") == [0.001231])
    #expect(log.values("Decreases") == [0])
    #expect(log.values("Increases") == [20])
    #expect(log.runs[0].series.count == 4)
    #expect((log.source.understood, log.source.parts) == (7, 9))
  }

  @Test func smokeTestOfReport4() throws {
    let log = try ConsoleLog(
      """
      - Successfully completed training with 3 batches, 2 validation batches
      - Train loss: 0.792978
      - Val loss: 0.637500  
      - Directional accuracy: 56.71%
      - No errors or gradient flow issues
      """)
    #expect(log.values("Train loss") == [0.792978])
    #expect((log.series("Train loss")?.role, log.series("Train loss")?.split) == (.loss, .training))
    #expect(log.values("Val loss") == [0.6375])
    #expect(log.values("Directional accuracy") == [0.5671])
    #expect(log.series("Directional accuracy")?.role == .metric)
    #expect((log.source.understood, log.source.parts) == (3, 5))
  }
}
