import Testing
import ThalwegFormats
import ThalwegRCGNN

@Suite struct Lorenz96Tests {
  @Test func integratesAsSciPyDoes() throws {
    let fixtures = try Fixtures()
    let model = Lorenz96(variables: 10, forcing: 10)
    var state = try fixtures["lorenz.start"]
    #expect(agree(model.derivative(state), try fixtures["lorenz.slope"], relative: 1e-12))
    model.advance(&state, steps: 100)
    let exact = try fixtures["lorenz.end"]
    #expect(zip(state, exact).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func graphHasFortyEdgesThirtyBesideTheDiagonal() {
    let graph = Lorenz96(variables: 10, forcing: 10).graph
    #expect(graph.edges.count == 40)
    #expect(graph.edges.count { $0.cause != $0.effect } == 30)
    #expect((0..<10).filter { graph[$0, 0] } == [0, 1, 8, 9])
  }

  /// An entry of the graph is a derivative that is not 0.
  @Test func graphIsTheEquationsSparsity() {
    let model = Lorenz96(variables: 7, forcing: 3)
    let point = [0.3, -1.2, 2.5, 0.7, -0.4, 1.9, 3.1]
    let before = model.derivative(point)
    for cause in 0..<7 {
      var moved = point
      moved[cause] += 0.5
      let after = model.derivative(moved)
      for effect in 0..<7 {
        #expect(model.graph[cause, effect] == (after[effect] != before[effect]))
      }
    }
  }

  @Test func seriesIsOfTheSeedAndOfTheAttractor() {
    let table = Lorenz96.series(seed: 5)
    #expect(table.rowCount == 1000)
    #expect(table.columns.map(\.name) == (0..<10).map { "x\($0)" })
    #expect(table == Lorenz96.series(seed: 5))
    #expect(table != Lorenz96.series(seed: 6))
    // Fewer steps are the beginning of more.
    let short = Lorenz96.series(steps: 20, seed: 5)
    for (long, short) in zip(table.columns, short.columns) {
      #expect(Array(long.values.prefix(20)) == short.values)
    }
    // On the attractor at F = 10 the mean is near 2.6 and the standard deviation near 4.2.
    let values = table.columns.flatMap(\.values)
    let mean = values.reduce(0, +) / 10_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10_000
    #expect((2.3...2.9).contains(mean))
    #expect((3.8...4.6).contains(variance.squareRoot()))
  }
}
