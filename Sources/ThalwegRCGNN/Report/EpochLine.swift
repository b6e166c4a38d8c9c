private import ThalwegFormats
package import ThalwegRecord

/// The console lines of the published system, mended: what was not evaluated is null, and what was
/// chosen by the true graph says so.
package enum EpochLine {
  /// `Epoch   4/100 | Loss:   0.0105 | Val F1: 0.0690 | ...`
  package static func epoch(_ record: EpochRecord, of epochs: Int, patience: Int?) -> String {
    var parts = [
      "Epoch \(Text.right(String(record.epoch), 3))/\(epochs)",
      "Loss: \(Text.fixed(record.loss, 4, width: 8))",
    ]
    if let evaluation = record.evaluation {
      let oracle = isOracle(evaluation) ? " (oracle)" : ""
      let edges = Text.fixed(evaluation["edge_count"], 0, width: 3)
      let trueEdges = Text.fixed(evaluation["true_edge_count"], 0)
      parts += [
        "Val F1\(oracle): \(Text.fixed(evaluation["val_f1"], 4))",
        "Val SHD\(oracle): \(Text.fixed(evaluation["val_shd"], 1, width: 5))",
        "Edges\(oracle): \(edges)/\(trueEdges)",
      ]
    } else {
      parts.append("not evaluated")
    }
    parts += [
      "Grad Clip: \(Text.fixed(record.clipRatio.map { 100 * $0 }, 1))%",
      "LR: \(Text.exponent(record.learningRate, 2))",
    ]
    // Where no oracle chooses, this is what schedule, stopping and best checkpoint look at.
    if let evaluation = record.evaluation, !isOracle(evaluation),
      let error = evaluation["val_reconstruction"]
    {
      parts.append("Val Recon: \(Text.fixed(error, 4))")
    }
    if record.isBest {
      parts.append("⭐ NEW BEST")
    } else if let sinceBest = record.sinceBest, let patience {
      parts.append("Patience: \(sinceBest)/\(patience)")
    }
    return parts.joined(separator: " | ")
  }

  private static func isOracle(_ evaluation: EvaluationRecord) -> Bool {
    evaluation.metrics.contains(where: \.isOracle)
  }

  /// The terms, raw and weighted, with their share of the loss.
  package static func terms(_ record: EpochRecord) -> String {
    let parts = record.terms.map { term in
      let share = record.loss.map { 100 * term.weighted / $0 }
      return
        "\(term.name) \(Text.short(term.raw, 4)) -> \(Text.short(term.weighted, 4)) "
        + "(\(Text.fixed(share, 2))%)"
    }
    return "  Terms, raw -> weighted (share): " + parts.joined(separator: ", ")
  }

  /// `[GRAD] max=127 mean=15.3 top3=[name:norm, ...]`, tensors that are not finite counted apart.
  package static func gradient(_ gradient: GradientSummary?) -> String {
    guard let gradient else { return "[GRAD] no backward pass in the last step" }
    let top = gradient.top.map { "\($0.path):\(Text.short($0.norm))" }
    return "[GRAD] max=\(Text.short(gradient.largest)) mean=\(Text.short(gradient.mean)) "
      + "top3=[\(top.joined(separator: ", "))] non-finite=\(gradient.nonFinite) "
      + "zero=\(gradient.zero) no-path=\(gradient.noPath)"
  }

  /// The norms of an epoch before clipping.
  package static func norms(_ record: EpochRecord) -> String {
    "  Norm before clip: mean \(Text.short(record.meanNorm, 4)), "
      + "largest \(Text.short(record.largestNorm, 4))"
  }

  /// `[Batch  275/827] Loss:   0.4892 | Grad Norm:   2.5731 | Clipped: ✓`
  package static func batch(_ record: StepRecord, of batches: Int) -> String {
    let clipped = record.isClipped.map { $0 ? "✓" : "✗" } ?? "null"
    return "  [Batch \(Text.right(String(record.batch), 4))/\(batches)] "
      + "Loss: \(Text.fixed(record.loss, 4, width: 8)) | "
      + "Grad Norm: \(Text.fixed(record.normBeforeClip, 4, width: 8)) | Clipped: \(clipped)"
  }

  /// The threshold that the true graph likes best; nil where it was not asked or found none.
  package static func threshold(_ evaluation: EvaluationRecord) -> String? {
    guard let threshold = evaluation["best_threshold"] else { return nil }
    return "   🎯 Threshold tuned (oracle): \(Text.fixed(threshold, 3)) → "
      + "F1=\(Text.fixed(evaluation["val_f1"], 4))"
  }
}
