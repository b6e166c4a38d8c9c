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
  static let maskedSquaredError = Operation("maskedSquaredError") { step in
    let (prediction, target) = (step.operand(0), step.operand(1))
    let mask = step.node.pointee.operandCount > 2 ? step.operand(2).pointee.value : nil
    let total = Int64(prediction.pointee.shape.count)
    let scale = 2 * step.attributes[0] * step.scalarCotangent
    for (index, sign) in [(0, 1.0), (1, -1.0)] {
      step.deliver(to: index) {
        step.kernels.pointee.masked_squares_backward(
          $0, prediction.pointee.value, target.pointee.value, mask, sign * scale, total)
      }
    }
  }
}

extension Value {
  /// L = (sum of m (x - t)^2) / n, with n the sum of m or the number of entries;
  /// dL/dx = 2 m (x - t) / n. What stands under a mask of 0 is never read, be it NaN.
  /// - Parameters:
  ///   - target: the shape of `self`.
  ///   - mask: the shape of `self`, 1 where observed and 0 where not; nil: all are observed.
  ///   - divisor: what n is.
  /// - Returns: a scalar; nil where the divisor is 0: a mean over nothing is no number.
  /// - Precondition: the shapes are equal.
  public func meanSquaredError(
    to target: Value, mask: Value? = nil, dividingBy divisor: MaskedDivisor = .observed
  ) -> Value? {
    let x = tape.node(self, "meanSquaredError")
    let t = tape.node(target, "meanSquaredError")
    let shape = x.pointee.shape
    let m = mask.map { tape.node($0, "meanSquaredError") }
    if t.pointee.shape != shape || (m.map { $0.pointee.shape != shape } ?? false) {
      mistake(
        "meanSquaredError: shapes \(shape) and \(t.pointee.shape), mask "
          + "\(m.map { $0.pointee.shape.description } ?? "none"), differ, \(tape.whereabouts)")
    }
    let total = Int64(shape.count)
    let weights = m.map { $0.pointee.value }
    let count: Double
    if divisor == .observed, let weights {
      count = tape.kernels.pointee.sum(weights, total)
    } else {
      count = Double(total)
    }
    if count == 0 { return nil }
    let (a, b) = (x.pointee.value, t.pointee.value)
    let result = tape.append(
      .maskedSquaredError, .scalar, self, target, mask, attributes: SIMD2(1 / count, 0))
    tape.nodes[Int(result.id)].needsGradient =
      tape.nodes[Int(id)].needsGradient || tape.nodes[Int(target.id)].needsGradient
    tape.store(
      tape.kernels.pointee.masked_squares(a, b, weights, total) / count,
      tape.nodes[Int(result.id)].value)
    return result
  }
}
