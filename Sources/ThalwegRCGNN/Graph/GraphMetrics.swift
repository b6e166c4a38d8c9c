private import ThalwegTensor

/// How an estimated set of edges agrees with a true one.
///
/// The counts always add up: `edgeCount == truePositives + falsePositives`, the truth has
/// `truePositives + falseNegatives` edges, and F1 is 0 when no edge was predicted.
package struct GraphMetrics: Sendable, Equatable {
  /// Predicted edges, right or wrong.
  package let edgeCount: Int

  /// Edges of the truth.
  package let trueEdgeCount: Int

  package let truePositives: Int
  package let falsePositives: Int
  package let falseNegatives: Int

  /// Structural Hamming distance in which a reversed edge costs 1: the number of unordered pairs
  /// of variables between which the two graphs differ in any way, plus, with the diagonal, the
  /// self-edges in which they differ.
  ///
  /// For two graphs without 2-cycles this is the count of additions, deletions and reversals of
  /// Tsamardinos, Brown, Aliferis 2006, and the figure that NOTEARS reports (Zheng et al. 2018,
  /// arXiv 1803.01422).
  package let structuralHammingDistanceReversalOnce: Int

  /// - Parameters:
  ///   - estimate: row-major `[d, d]`, row causes column, as in `truth`.
  ///   - entries: whether self-edges count.
  package init(estimate: [Bool], truth: Graph, entries: GraphEntries) {
    let d = truth.count
    if estimate.count != d * d {
      mistake("graph metrics: \(estimate.count) entries for a truth of \(d) variables")
    }
    var (both, onlyEstimate, onlyTruth, pairs) = (0, 0, 0, 0)
    for index in entries.indices(size: d) {
      let (row, column) = (index / d, index % d)
      let (predicted, isTrue) = (estimate[index], truth.adjacency[index])
      both += predicted && isTrue ? 1 : 0
      onlyEstimate += predicted && !isTrue ? 1 : 0
      onlyTruth += !predicted && isTrue ? 1 : 0
      let mirrored = column * d + row
      let mirrorDiffers = estimate[mirrored] != truth.adjacency[mirrored]
      pairs += row <= column && (predicted != isTrue || mirrorDiffers) ? 1 : 0
    }
    edgeCount = both + onlyEstimate
    trueEdgeCount = both + onlyTruth
    truePositives = both
    falsePositives = onlyEstimate
    falseNegatives = onlyTruth
    structuralHammingDistanceReversalOnce = pairs
  }

  package init(estimate: Graph, truth: Graph, entries: GraphEntries) {
    self.init(estimate: estimate.adjacency, truth: truth, entries: entries)
  }

  /// 2 TP / (2 TP + FP + FN); 0 when no edge is right (van Rijsbergen 1979, with beta 1).
  package var f1: Double {
    if truePositives == 0 { return 0 }
    let twice = Double(2 * truePositives)
    return twice / (twice + Double(structuralHammingDistance))
  }

  /// Structural Hamming distance as published for this model: FP + FN, in which a reversed edge
  /// costs 2, being one edge too many and one too few.
  package var structuralHammingDistance: Int { falsePositives + falseNegatives }
}
