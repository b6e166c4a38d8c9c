import Testing
import ThalwegRCGNN
import ThalwegRecord

@Suite struct EpochLineTests {
  private func record(isOracle: Bool) -> EpochRecord {
    var record = EpochRecord()
    (record.epoch, record.step, record.loss) = (4, 3308, 0.01049)
    record.clipRatio = 0.0068
    record.learningRate = 5e-4
    record.evaluation = EvaluationRecord(
      metrics: [
        Metric("edge_count", 16, isOracle: isOracle), Metric("true_edge_count", 13),
        Metric("val_f1", 0.06897, isOracle: isOracle), Metric("val_shd", 27, isOracle: isOracle),
        Metric("best_threshold", isOracle ? 0.05 : nil, isOracle: isOracle),
      ], objective: 27)
    return record
  }

  @Test func lineOfAnEvaluatedEpoch() {
    var record = record(isOracle: false)
    record.isBest = true
    #expect(
      EpochLine.epoch(record, of: 100, patience: 15)
        == "Epoch   4/100 | Loss:   0.0105 | Val F1: 0.0690 | Val SHD:  27.0 | Edges:  16/13 "
        + "| Grad Clip: 0.7% | LR: 5.00e-04 | ⭐ NEW BEST")
  }

  /// Whatever the true graph chose says so: the edges are those above its threshold.
  @Test func oracleIsSaidOfEveryFigureThatItChose() {
    var record = record(isOracle: true)
    record.sinceBest = 1
    #expect(
      EpochLine.epoch(record, of: 100, patience: 15)
        == "Epoch   4/100 | Loss:   0.0105 | Val F1 (oracle): 0.0690 | Val SHD (oracle):  27.0 "
        + "| Edges (oracle):  16/13 | Grad Clip: 0.7% | LR: 5.00e-04 | Patience: 1/15")
  }

  @Test func whatDoesNotExistIsNull() {
    var record = EpochRecord()
    record.epoch = 12
    #expect(
      EpochLine.epoch(record, of: 100, patience: nil)
        == "Epoch  12/100 | Loss:     null | not evaluated | Grad Clip: null% | LR: null")
    record.evaluation = EvaluationRecord(
      metrics: [Metric("edge_count", nil), Metric("val_f1", nil), Metric("val_shd", nil)],
      objective: nil)
    record.sinceBest = 3
    #expect(
      EpochLine.epoch(record, of: 100, patience: 15)
        == "Epoch  12/100 | Loss:     null | Val F1: null | Val SHD:  null | Edges: null/null "
        + "| Grad Clip: null% | LR: null | Patience: 3/15")
  }

  @Test func lineOfABatchHasItsClipMark() {
    var record = StepRecord()
    record.batch = 275
    record.loss = 0.48921
    record.normBeforeClip = 2.57311
    func line() -> String { EpochLine.batch(record, of: 827) }
    let start = "  [Batch  275/827] Loss:   0.4892 | Grad Norm:   2.5731 | Clipped: "
    #expect(line() == start + "null")
    record.clipCoefficient = 0.39
    #expect(line() == start + "✓")
    record.clipCoefficient = 1
    #expect(line() == start + "✗")
    #expect(
      EpochLine.batch(StepRecord(), of: 8)
        == "  [Batch    0/8] Loss:     null | Grad Norm:     null | Clipped: null")
  }

  @Test func gradientsCountWhatIsNoNumberApart() {
    var gradient = GradientSummary()
    (gradient.largest, gradient.mean) = (127, 15.3)
    gradient.top = [GradientNorm(path: "head.weight", norm: 127)]
    (gradient.nonFinite, gradient.zero, gradient.noPath) = (2, 1, 4)
    #expect(
      EpochLine.gradient(gradient)
        == "[GRAD] max=127 mean=15.3 top3=[head.weight:127] non-finite=2 zero=1 no-path=4")
    #expect(
      EpochLine.gradient(GradientSummary())
        == "[GRAD] max=null mean=null top3=[] non-finite=0 zero=0 no-path=0")
    #expect(EpochLine.gradient(nil) == "[GRAD] no backward pass in the last step")
  }

  @Test func termsHaveTheirShares() {
    var record = EpochRecord()
    record.loss = 2
    record.terms = [
      TermRecord(name: "reconstruction", raw: 0.19, weighted: 1.9),
      TermRecord(name: "sparsity", raw: 1000, weighted: 0.1),
    ]
    #expect(
      EpochLine.terms(record)
        == "  Terms, raw -> weighted (share): reconstruction 0.19 -> 1.9 (95.00%), "
        + "sparsity 1000 -> 0.1 (5.00%)")
    record.loss = nil
    #expect(EpochLine.terms(record).contains("1.9 (null%)"))
  }

  @Test func normsAndThresholdAreSaid() {
    var record = record(isOracle: true)
    (record.meanNorm, record.largestNorm) = (63_495, 716_943)
    #expect(
      EpochLine.norms(record) == "  Norm before clip: mean 6.35e+04, largest 7.169e+05")
    #expect(
      record.evaluation.flatMap(EpochLine.threshold)
        == "   🎯 Threshold tuned (oracle): 0.050 → F1=0.0690")
    record = self.record(isOracle: false)
    #expect(record.evaluation.flatMap(EpochLine.threshold) == nil)
  }
}
