private import CKernels
private import ThalwegTensor

/// What a masked sum of errors is divided by.
public enum MaskedDivisor: String, Sendable, CaseIterable {
  /// The number of observed entries: the mean over what was seen.
  case observed
  /// The number of all entries: a loss that shrinks with the share of gaps.
  case all
}

extension Operation {
  static let maskedSquaredError = Operation("maskedSquaredError", gradientOperands: 2) { step in
    let mask = step.operandCount > 2 ? step.input(2) : nil
    let total = Int64(step.operand(0).pointee.shape.count)
    let sum = step.kernels.pointee.masked_squares(step.input(0), step.input(1), mask, total)
    step.tape.store(sum / step.attributes[0], step.value)
  } backward: { step in
    let (prediction, target) = (step.operand(0), step.operand(1))
    let mask = step.node.pointee.operandCount > 2 ? step.operand(2).pointee.value : nil
    let total = Int64(prediction.pointee.shape.count)
    let scale = 2 / step.attributes[0] * step.scalarCotangent
    for (index, sign) in [(0, 1.0), (1, -1.0)] {
      step.deliver(to: index) {
        step.kernels.pointee.masked_squares_backward(
          $0, prediction.pointee.value, target.pointee.value, mask, sign * scale, total)
      }
    }
  }
}

extension Value {
  /// L = (sum of (x - t)^2) / n over all n entries; dL/dx = 2 (x - t) / n.
  /// - Parameter target: the shape of `self`.
  /// - Returns: a scalar.
  /// - Precondition: the shapes are equal and hold at least one entry.
  public func meanSquaredError(to target: Value) -> Value {
    let count = shape.count
    if count == 0 { mistake("meanSquaredError: shape \(shape) has no entry, \(tape.whereabouts)") }
    return squaredError(to: target, mask: nil, count: Double(count))
  }

  /// L = (sum of m (x - t)^2) / n, with n the sum of m or the number of entries;
  /// dL/dx = 2 m (x - t) / n. What stands under a mask of 0 is never read, be it NaN.
  /// - Parameters:
  ///   - target: the shape of `self`.
  ///   - mask: the shape of `self`, 1 where observed and 0 where not.
  ///   - divisor: what n is.
  /// - Returns: a scalar; nil where the divisor is 0: a mean over nothing is no number.
  /// - Precondition: the shapes are equal.
  public func meanSquaredError(
    to target: Value, mask: Value, dividingBy divisor: MaskedDivisor = .observed
  ) -> Value? {
    let node = tape.node(mask, "meanSquaredError")
    let total = node.pointee.shape.count
    let count =
      divisor == .all
      ? Double(total) : tape.kernels.pointee.sum(node.pointee.value, Int64(total))
    return count == 0 ? nil : squaredError(to: target, mask: mask, count: count)
  }

  private func squaredError(to target: Value, mask: Value?, count: Double) -> Value {
    let x = tape.node(self, "meanSquaredError")
    let t = tape.node(target, "meanSquaredError")
    let m = mask.map { tape.node($0, "meanSquaredError") }
    let shape = x.pointee.shape
    if t.pointee.shape != shape || (m.map { $0.pointee.shape != shape } ?? false) {
      mistake(
        "meanSquaredError: shapes \(shape) and \(t.pointee.shape), mask "
          + "\(m.map { $0.pointee.shape.description } ?? "none"), differ, \(tape.whereabouts)")
    }
    return tape.apply(
      .maskedSquaredError, .scalar, self, target, mask, attributes: SIMD4(count, 0, 0, 0))
  }
}
