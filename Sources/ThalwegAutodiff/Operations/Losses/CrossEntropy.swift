private import CKernels
internal import ThalwegTensor

extension Operation {
  /// Operands: logits, probabilities, mask where there is one. Attribute: n.
  static let crossEntropy = Operation("crossEntropy", gradientOperands: 2) { step in
    let shape = step.operand(0).pointee.shape
    let sum = step.kernels.pointee.cross_entropy(
      step.saved(2 * shape.rows), step.input(0), step.input(1),
      step.operandCount > 2 ? step.input(2) : nil, Int64(shape.rows), Int64(shape.last))
    step.tape.store(sum / step.attributes[0], step.value)
  } backward: { step in
    let shape = step.operand(0).pointee.shape
    let mask = step.node.pointee.operandCount > 2 ? step.input(2) : nil
    let scale = 1 / step.attributes[0] * step.scalarCotangent
    for index in 0..<2 {
      step.deliver(to: index) {
        step.kernels.pointee.cross_entropy_backward(
          Int32(index), $0, step.saved, step.input(0), step.input(1), mask, scale,
          Int64(shape.rows), Int64(shape.last))
      }
    }
  }
}

extension Value {
  /// L = (sum of -t log p) / n over all n rows, with p the softmax of a row of logits and t its
  /// probabilities; dL/dx = (p (sum of t) - t) / n, dL/dt = -log(p) / n.
  ///
  /// A class whose t is 0 counts nothing, even where its logit is -infinity.
  /// - Parameter target: the shape of `self`; rows that add up to 1.
  /// - Returns: a scalar.
  /// - Precondition: the shapes are equal, not scalar, and hold at least one row.
  public func crossEntropy(to target: Value) -> Value {
    let rows = checkedRows(target, nil)
    if rows == 0 {
      mistake("crossEntropy: shape \(shape) has no row, \(tape.whereabouts)")
    }
    return tape.apply(
      .crossEntropy, .scalar, self, target, attributes: SIMD4(Double(rows), 0, 0, 0))
  }

  /// L = (sum of -m t log p) / n over the rows, with n the sum of m or the number of rows, and the rest
  /// as in `crossEntropy(to:)`. Logits and targets under a mask of 0 are never read, be they NaN.
  /// - Parameters:
  ///   - target: the shape of `self`; rows that add up to 1.
  ///   - mask: the shape of `self` without the innermost axis, 1 where observed and 0 where not.
  ///   - divisor: what n is.
  /// - Returns: a scalar; nil where the divisor is 0.
  /// - Precondition: the shapes fit and are not scalar.
  public func crossEntropy(
    to target: Value, mask: Value, dividingBy divisor: MaskedDivisor = .observed
  ) -> Value? {
    _ = checkedRows(target, mask)
    let count = tape.divisor(divisor, of: mask, "crossEntropy")
    if count == 0 { return nil }
    return tape.apply(
      .crossEntropy, .scalar, self, target, mask, attributes: SIMD4(count, 0, 0, 0))
  }

  /// The number of rows of logits; traps where the target or the mask has another shape.
  private func checkedRows(_ target: Value, _ mask: Value?) -> Int {
    let shape = tape.node(self, "crossEntropy").pointee.shape
    let t = tape.node(target, "crossEntropy").pointee.shape
    let m = mask.map { tape.node($0, "crossEntropy").pointee.shape }
    if shape.rank == 0 || t != shape || (m.map { $0 != shape.droppingLast } ?? false) {
      mistake(
        "crossEntropy: logits \(shape), target \(t), mask \(m?.description ?? "none") do not fit, "
          + tape.whereabouts)
    }
    return shape.rows
  }
}

extension Shape {
  /// The shape of the rows: all extents but the innermost.
  var droppingLast: Shape { Shape(rank: rank - 1, extents: replacingLast(with: 1).extents) }
}
