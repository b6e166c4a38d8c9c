private import ThalwegTensor

extension Tape {
  /// Runs the derivatives from all loss terms, each with its weight, into the parameters' gradients.
  public func backward() { sweep(from: seed(only: nil)) }

  /// Runs the derivatives from one term alone, with its weight; the same records serve every term.
  /// - Precondition: the step has a term of that name.
  public func backward(only term: String) {
    if !terms.contains(where: { $0.name == term }) {
      mistake("backward: no term '\(term)'; the step has \(terms.map(\.name))")
    }
    sweep(from: seed(only: term))
  }

  private func sweep(from top: Int) {
    var index = top
    while index >= 0 {
      derive(at: index)
      index -= 1
    }
  }

  /// Hands the cotangent of one node on to its operands, if one has come.
  // Not inlined: see W1 in Docs/workarounds.md.
  @inline(never)
  func derive(at index: Int) {
    let node = nodes + index
    guard let cotangent = node.pointee.gradient else { return }
    operations[Int(node.pointee.operation.rawValue)].backward(
      Backward(tape: self, node: node, cotangent: cotangent))
  }

  /// Forgets the last backward pass and puts the weights at the terms' nodes.
  /// - Returns: the last node that a weight was put at, -1 where no parameter lies behind a term.
  func seed(only name: String?) -> Int {
    if !isRecording { mistake("backward: the tape was made with recording off") }
    for index in 0..<count { nodes[index].gradient = nil }
    var top = -1
    for term in terms where name == nil || term.name == name {
      if seed(Int(term.node), term.weight) { top = max(top, Int(term.node)) }
    }
    return top
  }

  /// Puts the weight of a term at its node; false where no parameter lies behind it.
  private func seed(_ index: Int, _ weight: Double) -> Bool {
    let node = nodes + index
    if !node.pointee.needsGradient { return false }
    if let present = node.pointee.gradient {
      store(number(present) + weight, present)
    } else {
      let place = gradientMemory(of: node)
      store(weight, place)
      node.pointee.gradient = place
    }
    return true
  }

  /// A parameter's gradient lives in the flat store, every other in the arena.
  package func gradientMemory(of node: UnsafeMutablePointer<Node>) -> UnsafeMutableRawPointer {
    if node.pointee.operation == .parameter {
      let offset = parameters.segments[Int(node.pointee.attributes[0])].offset
      return parameters.gradients.pointer + offset * scalarType.width
    }
    return take(node.pointee.shape)
  }

  /// Whether the last backward pass brought a gradient to parameter `index`.
  package func isReached(_ index: Int) -> Bool {
    if index >= leafCount { return false }
    let leaf = leaves[index]
    return leaf >= 0 && nodes[Int(leaf)].gradient != nil
  }

  /// Whether any term has a parameter behind it.
  public var hasPath: Bool { terms.contains { nodes[Int($0.node)].needsGradient } }

  /// The weighted sum of the terms; nil when the step has none.
  public var loss: Double? {
    if terms.isEmpty { return nil }
    var total = 0.0
    for term in terms { total += term.weight * number(nodes[Int(term.node)].value) }
    return total
  }
}
