extension Graph {
  /// What every table that scores against `airQualityOpinion` prints.
  package static let airQualityOpinionName = "adetayookunoye/RCGNN hand-drawn graph"

  /// Thirteen edges that somebody drew over the columns of the UCI Air Quality data.
  ///
  /// An opinion, fixed here so that published figures can be recomputed; it is no evidence of
  /// causal truth, and a score against it is agreement with its author. The original file was
  /// never published; the edges are those that all of its result files with distance 0 agree on.
  package static let airQualityOpinion = Graph(
    names: [
      "CO(GT)", "PT08.S1(CO)", "NMHC(GT)", "C6H6(GT)", "PT08.S2(NMHC)", "NOx(GT)",
      "PT08.S3(NOx)", "NO2(GT)", "PT08.S4(NO2)", "PT08.S5(O3)", "T", "RH", "AH",
    ],
    edges: [
      (0, 1), (2, 4), (3, 4), (5, 6), (5, 7), (6, 9), (7, 8), (10, 5), (10, 11), (10, 12),
      (11, 0), (11, 2), (11, 12),
    ].map { Edge(cause: $0.0, effect: $0.1) })

  /// The opinion over a table's columns, in their order.
  /// - Throws: when the columns are not exactly those thirteen, in whatever order.
  package static func airQualityOpinion(for columns: [String]) throws(GraphError) -> Graph {
    if let graph = airQualityOpinion.reordered(to: columns) { return graph }
    let known = airQualityOpinion.names
    let unexpected = columns.indices.filter {
      !known.contains(columns[$0]) || columns[..<$0].contains(columns[$0])
    }
    throw .columnsDiffer(
      opinion: airQualityOpinionName, missing: known.filter { !columns.contains($0) },
      unexpected: unexpected.map { columns[$0] })
  }
}
