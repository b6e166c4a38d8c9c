private import ThalwegTensor

/// A directed graph over named variables.
///
/// Everywhere in this module row i, column j of an adjacency matrix is true when i causes j.
package struct Graph: Sendable, Equatable {
  /// The variables, in the order of the rows and columns.
  package let names: [String]

  /// Row-major `[d, d]`; row i, column j is true when i causes j.
  package private(set) var adjacency: [Bool]

  /// - Precondition: `adjacency` has the square of `names.count` entries.
  package init(names: [String], adjacency: [Bool]) {
    if adjacency.count != names.count * names.count {
      mistake("graph: \(adjacency.count) entries for \(names.count) variables")
    }
    self.names = names
    self.adjacency = adjacency
  }

  /// The graph with exactly `edges`.
  package init(names: [String], edges: [Edge]) {
    self.init(names: names, adjacency: Array(repeating: false, count: names.count * names.count))
    for edge in edges { self[edge.cause, edge.effect] = true }
  }

  /// The number of variables.
  package var count: Int { names.count }

  /// Whether `cause` acts on `effect`.
  package subscript(cause: Int, effect: Int) -> Bool {
    get { adjacency[index(cause, effect)] }
    set { adjacency[index(cause, effect)] = newValue }
  }

  /// The edges, by cause and then by effect.
  package var edges: [Edge] {
    adjacency.indices.filter { adjacency[$0] }
      .map { Edge(cause: $0 / count, effect: $0 % count) }
  }

  /// The same variables with every edge reversed.
  package var transposed: Graph {
    Graph(names: names, edges: edges.map { Edge(cause: $0.effect, effect: $0.cause) })
  }

  /// The same graph with its variables in the order of `order`; nil unless `order` names the
  /// same variables, each once.
  package func reordered(to order: [String]) -> Graph? {
    let places = order.compactMap { names.firstIndex(of: $0) }
    guard order.count == count, Set(places).count == count else { return nil }
    let adjacency = places.flatMap { cause in places.map { self[cause, $0] } }
    return Graph(names: order, adjacency: adjacency)
  }

  private func index(_ cause: Int, _ effect: Int) -> Int {
    if !names.indices.contains(cause) || !names.indices.contains(effect) {
      mistake("graph: edge \(cause) to \(effect) among \(count) variables")
    }
    return cause * count + effect
  }
}
