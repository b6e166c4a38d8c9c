package import ThalwegFormats
package import ThalwegRecord

/// Writes every step and epoch as one line of metrics.jsonl. No clock reaches that file: two equal
/// runs leave equal bytes.
package final class MetricsSink: RunObserver {
  package let file: AppendFile
  private var line = JSONLine()

  package init(_ file: AppendFile) { self.file = file }

  package func observe(_ event: RunEvent) throws {
    switch event {
    case .step(let record): write(record)
    case .epoch(let record): write(record)
    case .warning, .saved, .ended: return
    }
    try file.append(line.bytes)
    try file.append("\n")
  }

  private func write(_ record: StepRecord) {
    line.begin()
    line.field("kind", "step")
    line.field("step", record.step)
    line.field("epoch", record.epoch)
    line.field("batch", record.batch)
    line.field("items", record.items)
    line.field("outcome", record.outcome.rawValue)
    line.field("loss", record.loss)
    write(record.terms)
    line.field("learning_rate", record.learningRate)
    line.field("norm_before_clip", record.normBeforeClip)
    line.field("clip_coefficient", record.clipCoefficient)
    if let tensors = record.clippedTensors { line.field("clipped_tensors", tensors) }
    line.field("norm_after_clip", record.normAfterClip)
    line.field("non_finite_tensors", record.nonFiniteTensors)
    if let culprit = record.culprit { line.field("culprit", culprit) }
    line.end()
  }

  private func write(_ terms: [TermRecord]) {
    line.beginObject("terms")
    for term in terms {
      line.beginObject(term.name)
      line.field("raw", term.raw)
      line.field("weighted", term.weighted)
      line.end()
    }
    line.end()
  }

  private func write(_ record: EpochRecord) {
    line.begin()
    line.field("kind", "epoch")
    line.field("epoch", record.epoch)
    line.field("step", record.step)
    line.beginObject("steps")
    for (outcome, count) in zip(StepOutcome.allCases, record.outcomes) {
      line.field(outcome.rawValue, count)
    }
    line.end()
    line.field("loss", record.loss)
    write(record.terms)
    line.field("largest_norm", record.largestNorm)
    line.field("mean_norm", record.meanNorm)
    line.field("clip_ratio", record.clipRatio)
    line.field("learning_rate", record.learningRate)
    if let gradient = record.gradient { write(gradient) }
    if let evaluation = record.evaluation { write(evaluation) }
    line.field("is_best", record.isBest)
    if let sinceBest = record.sinceBest { line.field("since_best", sinceBest) }
    line.end()
  }

  private func write(_ gradient: GradientSummary) {
    line.beginObject("last_gradient")
    line.field("max", gradient.largest)
    line.field("mean", gradient.mean)
    line.beginArray("top3")
    for norm in gradient.top {
      line.beginObject()
      line.field("path", norm.path)
      line.field("norm", norm.norm)
      line.end()
    }
    line.end()
    line.field("non_finite", gradient.nonFinite)
    line.field("zero", gradient.zero)
    line.field("no_path", gradient.noPath)
    line.end()
  }

  private func write(_ evaluation: EvaluationRecord) {
    line.beginObject("evaluation")
    line.field("objective", evaluation.objective)
    for metric in evaluation.metrics {
      line.field(metric.isOracle ? metric.name + "_oracle" : metric.name, metric.value)
    }
    line.end()
  }
}
