private import CKernels
private import ThalwegTensor

extension Tape {
  /// The first tensor, in the order of computation, that holds a number that is not finite.
  /// - Complexity: one pass over all values of the step; meant for a step that went wrong.
  public func firstNonFiniteValue() -> Culprit? {
    for index in 0..<count {
      let node = nodes[index]
      if node.holdsIndices { continue }
      let entry = kernels.pointee.first_non_finite(node.value, Int64(node.shape.count))
      if entry < 0 { continue }
      switch node.operation {
      case .parameter:
        let path = parameters.segments[Int(node.attributes[0])].path
        return Culprit(kind: .parameter, operation: nil, path: path, index: Int(entry))
      case .constant:
        // Data under a mask may be anything: it counts only when it comes through.
        continue
      default:
        return made(.value, by: index, entry: Int(entry))
      }
    }
    return firstNonFiniteConstantTerm()
  }

  /// Data that is itself a loss term.
  private func firstNonFiniteConstantTerm() -> Culprit? {
    for term in terms {
      let node = nodes[Int(term.node)]
      if node.operation != .constant || number(of: term).isFinite { continue }
      return Culprit(
        kind: .constant, operation: nil, path: parameters.path(of: node.scope), index: 0)
    }
    return nil
  }

  /// Runs the derivatives again and stops at the operation whose derivative first yields a number
  /// that is not finite; nil where none does.
  ///
  /// The gradients of the parameters are left half done: meant for a step that is refused.
  public func firstNonFiniteGradient() -> Culprit? {
    for index in stride(from: seed(only: nil), through: 0, by: -1) {
      derive(at: index)
      let node = nodes + index
      for position in 0..<Int(node.pointee.operandCount) {
        let target = nodes[operand(node, position)]
        guard let gradient = target.gradient else { continue }
        let entry = kernels.pointee.first_non_finite(gradient, Int64(target.shape.count))
        if entry >= 0 { return made(.gradient, by: index, entry: Int(entry)) }
      }
    }
    return nil
  }

  private func made(_ kind: Culprit.Kind, by node: Int, entry: Int) -> Culprit {
    Culprit(
      kind: kind, operation: name(of: node), path: parameters.path(of: nodes[node].scope),
      index: entry)
  }
}
