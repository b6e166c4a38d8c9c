import ThalwegRecord

extension Rule {
  package static let smallBatchNormalization = Rule(
    name: "small_batch_normalization",
    summary: "a batch normalization takes its statistics over fewer than 16 values, or 2 examples",
    needs: "over how many values batch normalizations in training took their statistics",
    severities: .warning ... .error,
    judge: SmallBatchNormalization.judge)
}

/// The variance of n normal values has the relative standard error sqrt(2 / (n - 1)); of two values
/// only the sign is left, whatever they are. Of two images a normalization over many more values
/// suffers too (Wu and He 2018, arXiv 1803.08494, table 2).
enum SmallBatchNormalization {
  /// Below it a variance is off by over a third as a rule.
  static let values = 16.0
  static let examples = 2.0
  private static let signs = 2.0
  private static let shown = 3

  private struct Module {
    var series: Series
    var values: Double
    var examples: Double?
  }

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let all = run.tensorSeries(.normalizedValues)
    if all.isEmpty { return .cannotTell(Rule.smallBatchNormalization.needs) }
    // The last batch of an epoch is often a small one: the usual one counts.
    func usual(_ series: Series) -> Double? {
      series.samples.isEmpty ? nil : Robust.median(series.samples.map(\.mean))
    }
    let modules = all.compactMap { series -> Module? in
      guard let values = usual(series) else { return nil }
      let examples = run.tensorSeries(.normalizedExamples).first {
        $0.key.tensor == series.key.tensor && $0.key.source == series.key.source
      }
      return Module(series: series, values: values, examples: examples.flatMap(usual))
    }
    let few = modules.filter { $0.values < values }
    if !few.isEmpty { return .found([finding(few)]) }
    return .init(
      [modules.filter { $0.examples ?? .infinity <= examples }].compactMap {
        $0.isEmpty ? nil : finding($0)
      })
  }

  private static func finding(_ modules: [Module]) -> Finding {
    let sorted = modules.sorted {
      ($0.values, $0.series.key.tensor ?? "") < ($1.values, $1.series.key.tensor ?? "")
    }
    let least = sorted[0]
    let names = sorted.compactMap(\.series.key.tensor)
    let more = names.count > shown ? " and \(names.count - shown) more" : ""
    let error = 100 * (2 / max(least.values - 1, 1)).squareRoot()
    let reason =
      least.values <= signs
      ? "of two values only the sign is left"
      : least.values < values
        ? "so few tell their variance to \(error.shown(2)) %"
        : "and those of one example are alike"
    let batch = least.examples.map { ", of a batch of \($0.shown())" } ?? ""
    return Finding(
      rule: Rule.smallBatchNormalization.name, least.values <= signs ? .error : .warning,
      .established, subjects: names,
      "batch normalization takes mean and variance over \(least.values.shown()) values a channel "
        + "in training\(batch), in \(names.prefix(shown).joined(separator: ", "))\(more): \(reason)",
      figures: [
        .init("values", least.values), .init("batch", least.examples),
        .init("modules", Double(names.count)),
      ],
      evidence: sorted.prefix(8).flatMap { $0.series.ends.prefix(1) }.unique,
      unknown: "how much it costs this model",
      remedy: "a larger batch, or a normalization that no batch enters: GroupNorm, LayerNorm",
      proof: "one example gives the same output whatever stands beside it in the batch")
  }
}
