private import ThalwegTensor

extension Tape {
  /// Runs the derivatives from all loss terms, each with its weight, into the parameters' gradients.
  public func backward() {
    forgetCarried()
    sweep(from: seed(only: nil))
  }

  /// Like `backward`, with all weights times `share`, and added to the gradients that earlier parts
  /// of the step have left in the parameters.
  package func backwardAdding(share: Double) {
    sweep(from: seed(only: nil, share: share, adding: true))
  }

  /// Runs the derivatives from one term alone, with its weight; the same records serve every term.
  /// - Precondition: the step has a term of that name.
  public func backward(only term: String) {
    if !terms.contains(where: { $0.name == term }) {
      mistake("backward: no term '\(term)'; the step has \(terms.map(\.name))")
    }
    forgetCarried()
    sweep(from: seed(only: term))
  }

  /// Runs the derivatives from one value alone, for a cotangent that is given: gradients of parameters
  /// are then the vector-Jacobian product.
  /// - Parameter cotangent: of the shape and the precision of `value`; it must outlive the call.
  /// - Precondition: `value` is computed from parameters.
  package func backward(from value: Value, cotangent: UnsafeRawPointer) {
    let start = node(value, "backward")
    if !start.pointee.needsGradient { mistake("backward: no parameter lies behind the value") }
    forgetCarried()
    _ = seed(only: "")
    start.pointee.gradient = UnsafeMutableRawPointer(mutating: cotangent)
    sweep(from: Int(value.id))
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
  /// - Parameter adding: whether the gradients of earlier parts stay, to be added to.
  /// - Returns: the last node that a weight was put at, -1 where no parameter lies behind a term.
  func seed(only name: String?, share: Double = 1, adding: Bool = false) -> Int {
    if !isRecording { mistake("backward: the tape was made with recording off") }
    for index in 0..<count { nodes[index].gradient = nil }
    if adding && isCarrying { restoreCarried() }
    var top = -1
    for term in terms where name == nil || term.name == name {
      if seed(Int(term.node), term.weight * share) { top = max(top, Int(term.node)) }
    }
    return top
  }

  private func restoreCarried() {
    for index in 0..<leafCount where leaves[index] >= 0 && isCarried(index) {
      let node = nodes + Int(leaves[index])
      if node.pointee.needsGradient { node.pointee.gradient = gradientMemory(of: node) }
    }
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
    if isCarrying && isCarried(index) { return true }
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
