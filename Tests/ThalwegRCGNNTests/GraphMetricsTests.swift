import Testing
import ThalwegRCGNN
import ThalwegTensor

@Suite struct GraphMetricsTests {
  @Test func publishedFiguresForSixteenPredictedEdges() {
    let truth = Graph.airQualityOpinion
    let hits = truth.adjacency.indices.filter { truth.adjacency[$0] }
    let misses = truth.adjacency.indices.filter { !truth.adjacency[$0] }
    let published = [(0, 29), (690, 27), (1379, 25), (2069, 23), (2759, 21), (3448, 19)]
    for (right, (f1, distance)) in published.enumerated() {
      var estimate = Array(repeating: false, count: 169)
      for index in hits.prefix(right) + misses.prefix(16 - right) { estimate[index] = true }
      let metrics = GraphMetrics(estimate: estimate, truth: truth, entries: .all)
      #expect(metrics.edgeCount == 16)
      #expect((metrics.f1 * 10_000).rounded() == Double(f1))
      #expect(metrics.structuralHammingDistance == distance)
    }
  }

  @Test func theEmptyGraphMissesEveryEdge() {
    let truth = Graph.airQualityOpinion
    let empty = Graph(names: truth.names, edges: [])
    for entries in GraphEntries.allCases {
      let metrics = GraphMetrics(estimate: empty, truth: truth, entries: entries)
      #expect(metrics.structuralHammingDistance == 13)
      #expect(metrics.structuralHammingDistanceReversalOnce == 13)
      #expect(metrics.f1 == 0 && metrics.edgeCount == 0 && metrics.falseNegatives == 13)
    }
  }

  @Test func aReversalCostsTwoOrOne() {
    let names = ["a", "b", "c"]
    let truth = Graph(names: names, edges: [Edge(cause: 0, effect: 1), Edge(cause: 2, effect: 2)])
    func distances(_ edges: [(Int, Int)], _ entries: GraphEntries) -> [Int] {
      let estimate = Graph(
        names: names, edges: edges.map { Edge(cause: $0.0, effect: $0.1) })
      let metrics = GraphMetrics(estimate: estimate, truth: truth, entries: entries)
      return [metrics.structuralHammingDistance, metrics.structuralHammingDistanceReversalOnce]
    }
    #expect(distances([(1, 0), (2, 2)], .all) == [2, 1])
    #expect(distances([(0, 1), (1, 0), (2, 2)], .all) == [1, 1])
    #expect(distances([(1, 0)], .all) == [3, 2])
    #expect(distances([(1, 0)], .offDiagonal) == [2, 1])
    #expect(distances([(0, 1), (0, 0), (1, 1)], .all) == [3, 3])
    #expect(distances([(0, 1), (0, 0), (1, 1)], .offDiagonal) == [0, 0])
  }

  @Test func distancesOfAcyclicGraphsAsNumPyCountsThem() throws {
    let fixtures = try Fixtures()
    for number in 0..<8 {
      let key = "distance.\(number)"
      let truth = try fixtures.flags(key + ".truth")
      let size = (1...truth.count).first { $0 * $0 >= truth.count } ?? 0
      let metrics = GraphMetrics(
        estimate: try fixtures.flags(key + ".estimate"),
        truth: Graph(names: (0..<size).map { "v\($0)" }, adjacency: truth), entries: .offDiagonal)
      let distances = [
        metrics.structuralHammingDistance, metrics.structuralHammingDistanceReversalOnce,
      ]
      #expect(try fixtures[key + ".expected"] == distances.map(Double.init))
    }
  }

  @Test func countsAlwaysAddUp() {
    let draws = RandomStream(seed: 9, path: "test.metrics")
    var index = 0
    func random(_ d: Int, _ share: Double) -> [Bool] {
      (0..<d * d).map { _ in
        index += 1
        return draws.uniform(index) < share
      }
    }
    for trial in 0..<200 {
      let d = 1 + trial % 8
      let truth = Graph(names: (0..<d).map { "v\($0)" }, adjacency: random(d, 0.3))
      let estimate = random(d, Double(trial % 11) / 10)
      for entries in GraphEntries.allCases {
        let metrics = GraphMetrics(estimate: estimate, truth: truth, entries: entries)
        let looked = (0..<d * d).filter { entries == .all || $0 / d != $0 % d }
        #expect(metrics.edgeCount == looked.count { estimate[$0] })
        #expect(metrics.trueEdgeCount == looked.count { truth.adjacency[$0] })
        #expect(metrics.edgeCount == metrics.truePositives + metrics.falsePositives)
        #expect(metrics.trueEdgeCount == metrics.truePositives + metrics.falseNegatives)
        #expect(
          metrics.structuralHammingDistance
            == looked.count { estimate[$0] != truth.adjacency[$0] })
        #expect(
          metrics.structuralHammingDistanceReversalOnce <= metrics.structuralHammingDistance)
        #expect((metrics.f1 == 0) == (metrics.truePositives == 0))
        #expect((metrics.f1 == 1) == (metrics.structuralHammingDistance == 0 && metrics.f1 > 0))
      }
    }
  }
}
