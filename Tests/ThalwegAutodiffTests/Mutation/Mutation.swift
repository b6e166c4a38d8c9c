import ThalwegAutodiff
import ThalwegTensor

/// A way in which a derivative can be wrong: what is done to the contribution that an operation
/// brings to one of its operands.
enum Mutation: String, CaseIterable {
  /// The contribution as it is: what the others are compared with.
  case none
  case twice = "times 2"
  case slightly = "times 1.01"
  case sign
  case reversed
  case transposed
  case missing = "missing term"
  case missingSum = "missing sum"

  /// An operation whose derivative is wrong in this way towards one operand.
  func applied(to original: Operation, operand: Int) -> Operation {
    original.changing(operand: operand) { step, own in
      if self == .missingSum { return narrowed(step, operand, original) ?? own }
      return changed(own, step.operand(operand).pointee.shape)
    }
  }

  private func changed(_ numbers: [Double], _ shape: Shape) -> [Double] {
    switch self {
    case .twice: return numbers.map { 2 * $0 }
    case .slightly: return numbers.map { 1.01 * $0 }
    case .sign: return numbers.map { -$0 }
    case .reversed: return numbers.reversed()
    case .missing: return numbers.map { _ in 0 }
    case .missingSum, .none: return numbers
    case .transposed:
      if shape.rank < 2 { return numbers }
      // The matrix of the two innermost axes, read as its transpose would lie in memory.
      let (rows, columns) = (shape[shape.rank - 2], shape.last)
      return numbers.indices.map { index in
        let (block, inner) = (index / (rows * columns), index % (rows * columns))
        return numbers[block * rows * columns + inner % columns * rows + inner / columns]
      }
    }
  }

  /// What comes to an operand that is repeated along an axis when only the first place along that
  /// axis is taken: derivatives are linear in the cotangent, so this is the sum left out.
  private func narrowed(
    _ step: borrowing Backward, _ operand: Int, _ original: Operation
  ) -> [Double]? {
    let (shape, target) = (step.shape, step.operand(operand))
    guard let axis = Mutation.repeatedAxis(target.pointee.shape, in: shape) else { return nil }
    let tape = step.tape
    let cotangent = tape.tensor(step.cotangent, shape).doubles
    let inner = (axis + 1..<shape.rank).reduce(1) { $0 * shape[$1] }
    tape.write(
      cotangent.indices.map { $0 / inner % shape[axis] == 0 ? cotangent[$0] : 0 }, step.cotangent)
    let taken = Contributions(step).take(step) { original.backward(step) }
    tape.write(cotangent, step.cotangent)
    return taken.first { $0.node == target }?.numbers
  }

  /// The first axis of `common` along which `own` is repeated; nil where it does not broadcast.
  static func repeatedAxis(_ own: Shape, in common: Shape) -> Int? {
    if own.rank > common.rank { return nil }
    var found: Int?
    for axis in 0..<common.rank {
      let place = axis - (common.rank - own.rank)
      let extent = place < 0 ? 1 : own[place]
      if extent == common[axis] { continue }
      if extent != 1 || common[axis] < 2 { return nil }
      found = found ?? axis
    }
    return found
  }
}

extension Operation {
  /// The same operation, with another contribution to one of its operands.
  /// - Parameter change: is given what the right derivative brings.
  func changing(
    operand: Int, _ change: @escaping @Sendable (borrowing Backward, [Double]) -> [Double]
  ) -> Operation {
    let original = self
    return Operation(
      name, cutsGradient: cutsGradient, gradientOperands: gradientOperands, forward: forward
    ) { step in
      guard step.isOfTheCase, operand < Int(step.node.pointee.operandCount),
        step.operand(operand).pointee.needsGradient
      else {
        original.backward(step)
        return
      }
      let target = step.operand(operand)
      let capture = Contributions(step)
      let whole = capture.take(step) { original.backward(step) }
      guard let own = whole.first(where: { $0.node == target })?.numbers else {
        capture.put(whole)
        return
      }
      let wrong = change(step, own)
      capture.put(whole.map { $0.node == target ? ($0.node, wrong) : $0 })
    }
  }
}

extension Backward {
  /// Whether the node is of the case that is run, and not of the loss that is made of its result.
  var isOfTheCase: Bool {
    tape.parameters.path(of: node.pointee.scope) != OperationRun.weighting
  }
}
