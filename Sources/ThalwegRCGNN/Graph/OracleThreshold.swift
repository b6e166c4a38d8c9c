private import ThalwegTensor

/// The threshold on edge scores that agrees best with the true graph, as published.
///
/// An oracle: it looks at the answer, so whatever it gives is printed as `oracle` and steers
/// nothing outside the published presets.
package struct OracleThreshold: Sendable, Equatable {
  package let threshold: Double

  /// The agreement of `scores > threshold`, self-edges included.
  package let metrics: GraphMetrics

  /// The twenty-one thresholds 0, 0.05, ..., 1, each the product of its index and 0.05.
  package static let candidates: [Double] = (0...20).map { $0 == 20 ? 1 : Double($0) * 0.05 }

  /// The first candidate of the highest F1 over all d * d entries; nil when none has an F1
  /// above 0, so that no threshold can be called best.
  /// - Parameter scores: row-major `[d, d]`, row causes column.
  package init?(scores: [Double], truth: Graph) {
    var best: (threshold: Double, metrics: GraphMetrics)?
    for candidate in OracleThreshold.candidates {
      let metrics = GraphMetrics(
        estimate: scores.map { $0 > candidate }, truth: truth, entries: .all)
      if metrics.f1 > best?.metrics.f1 ?? 0 { best = (candidate, metrics) }
    }
    guard let best else { return nil }
    threshold = best.threshold
    metrics = best.metrics
  }
}
