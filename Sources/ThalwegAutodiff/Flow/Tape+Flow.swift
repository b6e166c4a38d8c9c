private import CKernels
private import ThalwegTensor

extension Tape {
  /// What the last backward pass, which ran from `term` alone, brought to a parameter.
  /// - Complexity: one pass over the parameter; where there is no path, one over the tape.
  /// - Precondition: `backward(only: term)` was the last backward pass of the step.
  public func reach(_ parameter: Parameter, from term: String) -> Reach {
    let index = Int(parameter.index)
    let segment = parameters.segments[index]
    if segment.isFrozen { return .frozen }
    if !isReached(index) { return .noPath(pathEnd(of: parameter, to: term)) }
    var found = tw_gradient_statistics()
    kernels.pointee.gradient_statistics(
      parameters.gradients.pointer + segment.offset * scalarType.width,
      Int64(segment.shape.count), &found)
    if found.non_finite > 0 { return .nonFinite(count: Int(found.non_finite)) }
    if found.zeros == Int64(segment.shape.count) { return .zero }
    return .live(norm: norm(of: segment, found))
  }

  /// Where the squares over- or underflow the norm is taken of scaled entries.
  private func norm(of segment: Parameters.Segment, _ found: tw_gradient_statistics) -> Double {
    let isOrdinary = found.sum_of_squares.isFinite && found.sum_of_squares > 1e-280
    if isOrdinary || found.largest == 0 { return found.sum_of_squares.squareRoot() }
    var sum = 0.0
    for entry in 0..<segment.shape.count {
      let scaled = parameters.gradients[segment.offset + entry] / found.largest
      sum += scaled * scaled
    }
    return found.largest * sum.squareRoot()
  }

  private func pathEnd(of parameter: Parameter, to term: String) -> PathEnd {
    let leaf = leaves[Int(parameter.index)]
    guard leaf >= 0 else {
      return PathEnd(kind: .unused, operation: nil, module: nil, terms: [])
    }
    let depends = dependents(of: Int(leaf))
    let reached = terms.filter { depends[Int($0.node)] }.map(\.name)
    if reached.contains(term), let cut = cut(Int(leaf), before: term) {
      return end(.cut, cut, reached)
    }
    // The last node of the parameter's own module is where its influence leaves the module.
    let home = nodes[Int(leaf)].scope
    if !reached.isEmpty {
      let leads = sources { reached.contains($0.name) }
      let last = (Int(leaf)..<count).last {
        depends[$0] && leads[$0] && nodes[$0].scope == home
      }
      return end(.elsewhere, last ?? Int(leaf), reached)
    }
    let furthest = (Int(leaf)..<count).last { depends[$0] } ?? Int(leaf)
    return end(.dropped, furthest, [])
  }

  private func end(_ kind: PathEnd.Kind, _ node: Int, _ terms: [String]) -> PathEnd {
    PathEnd(
      kind: kind, operation: name(of: node), module: parameters.path(of: nodes[node].scope),
      terms: terms)
  }

  /// Which nodes are computed from node `start`: in any way, or so that gradients can flow back.
  private func dependents(of start: Int, byGradients: Bool = false) -> [Bool] {
    var depends = [Bool](repeating: false, count: count)
    depends[start] = true
    for index in start + 1..<max(count, start + 1) {
      depends[index] = operands(of: index, byGradients: byGradients).contains { depends[$0] }
    }
    return depends
  }

  /// The cut between a parameter and a term: cuts on the way to other terms are no answer.
  ///
  /// Of several it is one that ends the path alone; where two lie behind each other on every way,
  /// the last to which gradients could come. So a choice is no answer whose gradient is estimated
  /// beside it.
  private func cut(_ leaf: Int, before term: String) -> Int? {
    let carries = dependents(of: leaf, byGradients: true)
    let leads = sources { $0.name == term }
    let passes = sources(byGradients: true) { $0.name == term }
    let cuts = (0..<count).filter { index in
      leads[index] && !carries[index]
        && operands(of: index, byGradients: false).contains { carries[$0] }
    }
    return cuts.first { passes[$0] } ?? cuts.last
  }

  /// Which nodes the chosen terms are computed from: in any way, or so that gradients flow back.
  private func sources(byGradients: Bool = false, _ isChosen: (Term) -> Bool) -> [Bool] {
    var leads = [Bool](repeating: false, count: count)
    for term in terms where isChosen(term) { leads[Int(term.node)] = true }
    for index in stride(from: count - 1, through: 0, by: -1) where leads[index] {
      for source in operands(of: index, byGradients: byGradients) { leads[source] = true }
    }
    return leads
  }

  /// The operands of a node: all, or those that a cotangent can go to.
  private func operands(of index: Int, byGradients: Bool) -> LazyMapSequence<Range<Int>, Int> {
    let node = nodes + index
    let limit = operations[Int(node.pointee.operation.rawValue)].gradientOperands
    let all = Int(node.pointee.operandCount)
    return (0..<(byGradients ? min(limit, all) : all)).lazy.map { self.operand(node, $0) }
  }

  package func name(of node: Int) -> String { name(of: nodes + node) }

  package func name(of node: UnsafeMutablePointer<Node>) -> String {
    node.pointee.operation == .custom
      ? custom(of: node).name : operations[Int(node.pointee.operation.rawValue)].name
  }
}
