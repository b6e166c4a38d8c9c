private import ThalwegTensor

/// How well scores rank true edges above the others, whatever threshold is chosen.
package struct EdgeRanking: Sendable, Equatable {
  /// The chance that a true edge scores above a non-edge, ties counted half; nil when the
  /// compared entries are all edges or all non-edges, or when a score is not a number
  /// (Hanley, McNeil 1982, Radiology 143).
  package let auroc: Double?

  /// Average precision, the sum over distinct scores of (R_n - R_{n-1}) P_n; nil when no entry
  /// is a true edge or when a score is not a number
  /// (Manning, Raghavan, Schütze, Introduction to Information Retrieval, section 8.4, with the
  /// entries of one score entering together).
  package let auprc: Double?

  /// - Parameter scores: row-major `[d, d]`, higher for a likelier "row causes column".
  package init(scores: [Double], truth: Graph, entries: GraphEntries) {
    let d = truth.count
    if scores.count != d * d {
      mistake("edge ranking: \(scores.count) scores for a truth of \(d) variables")
    }
    let kept = entries.indices(size: d)
    let positives = kept.count { truth.adjacency[$0] }
    let negatives = kept.count - positives
    guard positives > 0, kept.allSatisfy({ !scores[$0].isNaN }) else {
      (auroc, auprc) = (nil, nil)
      return
    }
    let descending = kept.sorted { scores[$0] > scores[$1] }
    var (above, below) = (0, 0)
    var (area, precisions) = (0.0, 0.0)
    var start = 0
    while start < descending.count {
      let score = scores[descending[start]]
      let tied = descending[start...].prefix { scores[$0] == score }
      let hits = tied.count { truth.adjacency[$0] }
      let misses = tied.count - hits
      area += Double(misses) * (Double(above) + 0.5 * Double(hits))
      above += hits
      below += misses
      precisions += Double(hits) * Double(above) / Double(above + below)
      start += tied.count
    }
    auroc = negatives > 0 ? area / (Double(positives) * Double(negatives)) : nil
    auprc = precisions / Double(positives)
  }
}
