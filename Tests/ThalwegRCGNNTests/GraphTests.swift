import Testing
import ThalwegRCGNN
import ThalwegTensor

@Suite struct GraphTests {
  @Test func edgesAndAdjacencyAreOneThing() {
    let edges = [Edge(cause: 0, effect: 2), Edge(cause: 2, effect: 1)]
    let graph = Graph(names: ["a", "b", "c"], edges: edges)
    #expect(graph.adjacency == [false, false, true, false, false, false, false, true, false])
    #expect(graph.edges == edges)
    #expect(graph[0, 2] && !graph[2, 0])
    #expect(graph.transposed.edges == [Edge(cause: 1, effect: 2), Edge(cause: 2, effect: 0)])
    #expect(graph.transposed.transposed == graph)
  }

  @Test func reorderingKeepsEdgesByName() {
    let graph = Graph(names: ["a", "b", "c"], edges: [Edge(cause: 0, effect: 2)])
    let turned = graph.reordered(to: ["c", "a", "b"])
    #expect(turned?.edges == [Edge(cause: 1, effect: 0)])
    #expect(graph.reordered(to: ["a", "b"]) == nil)
    #expect(graph.reordered(to: ["a", "b", "b"]) == nil)
    #expect(graph.reordered(to: ["a", "b", "d"]) == nil)
  }

  @Test func findsCyclesOfEveryLength() {
    for length in 1...13 {
      // A cycle over the last variables, a chain that leads into it and one that leads out.
      let names = (0..<16).map { "v\($0)" }
      let ring = (0..<length).map { 15 - $0 }
      var graph = Graph(names: names, edges: [Edge(cause: 0, effect: 1)])
      graph[1, ring[0]] = true
      for place in 0..<length { graph[ring[place], ring[(place + 1) % length]] = true }
      let cycle = graph.firstCycle()
      #expect(cycle?.count == length)
      #expect(cycle?.first == ring.min())
      #expect(cycle.map { isCycle($0, of: graph) } == true)
      graph[ring[0], ring[1 % length]] = false
      #expect(graph.firstCycle() == nil)
    }
  }

  @Test func randomGraphsAgreeWithTheTransitiveClosure() {
    let draws = RandomStream(seed: 3, path: "test.cycles")
    var (cyclic, index) = (0, 0)
    for trial in 0..<300 {
      let d = 2 + trial % 7
      var graph = Graph(names: (0..<d).map { "v\($0)" }, edges: [])
      for i in 0..<d {
        for j in 0..<d where i != j || trial % 5 == 0 {
          graph[i, j] = draws.uniform(index) < 0.2
          index += 1
        }
      }
      var reach = graph
      for k in 0..<d {
        for i in 0..<d {
          for j in 0..<d where reach[i, k] && reach[k, j] { reach[i, j] = true }
        }
      }
      let cycle = graph.firstCycle()
      #expect((cycle != nil) == (0..<d).contains { reach[$0, $0] })
      if let cycle { #expect(isCycle(cycle, of: graph)) }
      cyclic += cycle == nil ? 0 : 1
    }
    #expect((50...250).contains(cyclic))
  }

  @Test func theOpinionHasThirteenEdgesAndNoCycle() throws {
    let opinion = Graph.airQualityOpinion
    #expect(opinion.edges.count == 13)
    #expect(opinion.firstCycle() == nil)
    let named = opinion.edges.map { opinion.names[$0.cause] + " " + opinion.names[$0.effect] }
    #expect(named.contains("RH CO(GT)") && named.contains("NO2(GT) PT08.S4(NO2)"))
    let reversed = Array(opinion.names.reversed())
    let turned = try Graph.airQualityOpinion(for: reversed)
    #expect(turned.names == reversed)
    #expect(turned.reordered(to: opinion.names) == opinion)
  }

  @Test func theOpinionIsOnlyForItsOwnColumns() {
    var columns = Graph.airQualityOpinion.names
    columns[12] = "wind"
    let error = #expect(throws: GraphError.self) {
      try Graph.airQualityOpinion(for: columns)
    }
    #expect(
      error
        == .columnsDiffer(
          opinion: "adetayookunoye/RCGNN hand-drawn graph", missing: ["AH"], unexpected: ["wind"]))
    #expect(error?.description.contains("missing here: AH; not in it: wind; choose") == true)
  }

  private func isCycle(_ cycle: [Int], of graph: Graph) -> Bool {
    Set(cycle).count == cycle.count
      && cycle.indices.allSatisfy { graph[cycle[$0], cycle[($0 + 1) % cycle.count]] }
  }
}
