private import CKernels
private import ThalwegTensor

extension Operation {
  /// Operands: logits, classes, mask where there is one. Attributes: n, smoothing.
  static let classCrossEntropy = Operation(
    "classCrossEntropy", gradientOperands: 1
  ) { step in
    let shape = step.operand(0).pointee.shape
    let sum = step.kernels.pointee.class_cross_entropy(
      step.saved(2 * shape.rows), step.input(0),
      step.input(1).assumingMemoryBound(to: Int32.self),
      step.operandCount > 2 ? step.input(2) : nil, step.attributes[1], Int64(shape.rows),
      Int64(shape.last))
    step.tape.store(sum / step.attributes[0], step.value)
  } backward: { step in
    let shape = step.operand(0).pointee.shape
    step.deliver(to: 0) {
      step.kernels.pointee.class_cross_entropy_backward(
        $0, step.saved, step.input(0), step.input(1).assumingMemoryBound(to: Int32.self),
        step.node.pointee.operandCount > 2 ? step.input(2) : nil, step.attributes[1],
        1 / step.attributes[0] * step.scalarCotangent, Int64(shape.rows), Int64(shape.last))
    }
  }
}

extension Value {
  /// L = (sum of -log p[c]) / n over all n rows, with p the softmax of a row of logits and c its class;
  /// dL/dx = (p - q) / n, with q 1 at the class and 0 elsewhere.
  ///
  /// With smoothing e the row is held against (1 - e) q + e / classes instead: Szegedy, Vanhoucke,
  /// Ioffe, Shlens, Wojna 2016, arXiv 1512.00567, section 7. A row of -infinity throughout gives NaN.
  /// - Parameters:
  ///   - classes: the shape of `self` without the innermost axis.
  ///   - labelSmoothing: e, from 0 to 1.
  /// - Returns: a scalar.
  /// - Precondition: the shapes fit and hold at least one row; each class is below the innermost
  ///   extent of `self`.
  public func crossEntropy(to classes: Indices, labelSmoothing: Double = 0) -> Value {
    let rows = checkedRows(classes.value, nil)
    if rows == 0 {
      mistake("crossEntropy: shape \(shape) has no row, \(tape.whereabouts)")
    }
    return classLoss(classes, nil, Double(rows), labelSmoothing)
  }

  /// L = (sum of -m log p[c]) / n over the rows, with n the sum of m or the number of rows, and the
  /// rest as in `crossEntropy(to:labelSmoothing:)`. Logits and classes under a mask of 0 are never
  /// read; such a class may be out of range.
  /// - Parameters:
  ///   - classes: the shape of `self` without the innermost axis.
  ///   - labelSmoothing: e, from 0 to 1.
  ///   - mask: the shape of `classes`, 1 where observed and 0 where not.
  ///   - divisor: what n is.
  /// - Returns: a scalar; nil where the divisor is 0.
  /// - Precondition: the shapes fit; each observed class is below the innermost extent of `self`.
  public func crossEntropy(
    to classes: Indices, labelSmoothing: Double = 0, mask: Value,
    dividingBy divisor: MaskedDivisor = .observed
  ) -> Value? {
    _ = checkedRows(classes.value, mask)
    let count = tape.divisor(divisor, of: mask, "crossEntropy")
    return count == 0 ? nil : classLoss(classes, mask, count, labelSmoothing)
  }

  private func classLoss(
    _ classes: Indices, _ mask: Value?, _ count: Double, _ smoothing: Double
  ) -> Value {
    if !(smoothing >= 0 && smoothing <= 1) {
      mistake("crossEntropy: smoothing \(smoothing) is not from 0 to 1, \(tape.whereabouts)")
    }
    checkRange(of: classes, mask)
    return tape.apply(
      .classCrossEntropy, .scalar, self, classes.value, mask,
      attributes: SIMD4(count, smoothing, 0, 0))
  }

  private func checkRange(of classes: Indices, _ mask: Value?) {
    let node = tape.node(classes.value, "crossEntropy")
    let numbers = node.pointee.value.assumingMemoryBound(to: Int32.self)
    let seen = mask.map { tape.node($0, "crossEntropy").pointee.value }
    let (extent, width) = (shape.last, tape.scalarType.width)
    for row in 0..<node.pointee.shape.count where numbers[row] >= extent {
      if let seen, tape.number(seen + row * width) == 0 { continue }
      mistake(
        "crossEntropy: class \(numbers[row]) at row \(row) is beyond the extent \(extent) of "
          + "shape \(shape), \(tape.whereabouts)")
    }
  }

  /// The number of rows of logits; traps where the targets or the mask have another.
  private func checkedRows(_ classes: Value, _ mask: Value?) -> Int {
    let shape = tape.node(self, "crossEntropy").pointee.shape
    let c = tape.node(classes, "crossEntropy").pointee.shape
    let m = mask.map { tape.node($0, "crossEntropy").pointee.shape }
    if shape.rank == 0 || c != shape.droppingLast || m ?? c != c {
      mistake(
        "crossEntropy: logits \(shape), classes \(c), mask \(m?.description ?? "none") do not "
          + "fit, \(tape.whereabouts)")
    }
    return c.count
  }
}
