extension Graph {
  /// The variables of a directed cycle, in the order of its edges and from its smallest index
  /// on; nil when the graph has none. An edge from a variable to itself is a cycle of one.
  ///
  /// A depth-first search colours each variable once, so the answer is exact for every length of
  /// cycle (Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, lemma 22.11); it takes
  /// variables in ascending order, so the same graph always gives the same cycle.
  package func firstCycle() -> [Int]? {
    var isFinished = Array(repeating: false, count: count)
    for root in 0..<count where !isFinished[root] {
      // The path under exploration, and for each of its variables the next effect to look at;
      // a stack of our own, because a chain of variables may be longer than the thread's stack.
      var path = [root]
      var next = [0]
      while let variable = path.last, let effect = next.last {
        guard effect < count else {
          isFinished[variable] = true
          path.removeLast()
          next.removeLast()
          continue
        }
        next[next.count - 1] = effect + 1
        guard self[variable, effect], !isFinished[effect] else { continue }
        if let start = path.firstIndex(of: effect) { return Graph.canonical(path[start...]) }
        path.append(effect)
        next.append(0)
      }
    }
    return nil
  }

  private static func canonical(_ cycle: ArraySlice<Int>) -> [Int] {
    let smallest = cycle.indices.min { cycle[$0] < cycle[$1] } ?? cycle.startIndex
    return Array(cycle[smallest...] + cycle[..<smallest])
  }
}
