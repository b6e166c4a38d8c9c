import ThalwegRecord

extension RCGNNExperiment {
  /// An edge is there when its weight is above one half. No truth is needed to say so.
  package static let threshold = 0.5

  /// Figures about the graph at the fixed threshold; nil where there is no true graph.
  func graphMetrics(_ scores: [Double]) -> [Metric] {
    let estimate = scores.map { $0 > RCGNNExperiment.threshold }
    let edges = Metric("edge_count", Double(estimate.count { $0 }))
    guard let truth = data.truth?.graph else {
      let names = [
        "true_edge_count", "tp", "fp", "fn", "val_f1", "val_shd", "auroc", "auroc_off_diagonal",
      ]
      return [edges] + names.map { Metric($0, nil) }
    }
    let found = GraphMetrics(estimate: estimate, truth: truth, entries: .all)
    return [edges] + counts(found, isOracle: false) + [
      Metric("auroc", EdgeRanking(scores: scores, truth: truth, entries: .all).auroc),
      Metric(
        "auroc_off_diagonal",
        EdgeRanking(scores: scores, truth: truth, entries: .offDiagonal).auroc),
    ]
  }

  /// Figures at the threshold that the true graph likes best; nil where there is no true graph, and
  /// nil where no threshold finds a true edge.
  func oracleMetrics(_ scores: [Double]) -> [Metric] {
    guard let truth = data.truth?.graph,
      let found = OracleThreshold(scores: scores, truth: truth)
    else {
      let names = [
        "edge_count", "true_edge_count", "tp", "fp", "fn", "val_f1", "val_shd", "best_threshold",
      ]
      return names.map { name in
        let count =
          name == "true_edge_count" ? data.truth.map { Double($0.graph.edges.count) } : nil
        return Metric(name, count, isOracle: name != "true_edge_count")
      }
    }
    return [Metric("edge_count", Double(found.metrics.edgeCount), isOracle: true)]
      + counts(found.metrics, isOracle: true)
      + [Metric("best_threshold", found.threshold, isOracle: true)]
  }

  private func counts(_ found: GraphMetrics, isOracle: Bool) -> [Metric] {
    [
      Metric("true_edge_count", Double(found.trueEdgeCount)),
      Metric("tp", Double(found.truePositives), isOracle: isOracle),
      Metric("fp", Double(found.falsePositives), isOracle: isOracle),
      Metric("fn", Double(found.falseNegatives), isOracle: isOracle),
      Metric("val_f1", found.f1, isOracle: isOracle),
      Metric("val_shd", Double(found.structuralHammingDistance), isOracle: isOracle),
    ]
  }
}
