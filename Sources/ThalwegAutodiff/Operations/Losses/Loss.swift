internal import CKernels
internal import ThalwegTensor

/// What the losses share: L = (sum of m l(x, t)) / n, with a term l for each entry, m the mask, 1 where
/// there is none, and n the number of entries, or under a mask the sum of m or the number of entries.
///
/// What stands under a mask of 0, in predictions, targets and variances, is never read into the loss,
/// be it NaN, and its gradient is 0. A mean over nothing is no number: without a mask an empty shape
/// traps, with one the loss is nil where n is 0.
extension Operation {
  /// A loss whose term the kernels know. Operands: prediction, target, variance where the loss has
  /// one, mask where there is one. Attributes: n, and the settings of the kernel.
  static func loss(_ name: String, _ kind: tw_loss, operands: Int = 2) -> Operation {
    Operation(name, gradientOperands: operands) { step in
      var settings = tw_loss_settings(first: step.attributes[1], second: step.attributes[2])
      let sum = step.kernels.pointee.loss(
        kind, step.input(0), step.input(1), operands > 2 ? step.input(2) : nil,
        step.operandCount > operands ? step.input(operands) : nil, &settings,
        Int64(step.operand(0).pointee.shape.count))
      step.tape.store(sum / step.attributes[0], step.value)
    } backward: { step in
      var settings = tw_loss_settings(first: step.attributes[1], second: step.attributes[2])
      let variance = operands > 2 ? step.input(2) : nil
      let mask = Int(step.node.pointee.operandCount) > operands ? step.input(operands) : nil
      let total = Int64(step.operand(0).pointee.shape.count)
      let scale = 1 / step.attributes[0] * step.scalarCotangent
      for index in 0..<operands {
        step.deliver(to: index) {
          step.kernels.pointee.loss_backward(
            kind, Int32(index), $0, step.input(0), step.input(1), variance, mask, &settings, scale,
            total)
        }
      }
    }
  }
}

extension Value {
  /// The node of a loss over all entries.
  func loss(
    _ kind: OperationKind, _ name: StaticString, to target: Value, variance: Value? = nil,
    settings: SIMD2<Double> = .zero
  ) -> Value {
    let shape = lossShape(name, target, variance, nil)
    requireEntry(name)
    return lossNode(kind, target, variance, nil, Double(shape.count), settings)
  }

  /// The node of a loss under a mask, nil where n is 0.
  func loss(
    _ kind: OperationKind, _ name: StaticString, to target: Value, variance: Value? = nil,
    settings: SIMD2<Double> = .zero, mask: Value, dividingBy divisor: MaskedDivisor
  ) -> Value? {
    _ = lossShape(name, target, variance, mask)
    let count = tape.divisor(divisor, of: mask, name)
    return count == 0 ? nil : lossNode(kind, target, variance, mask, count, settings)
  }

  private func lossNode(
    _ kind: OperationKind, _ target: Value, _ variance: Value?, _ mask: Value?, _ count: Double,
    _ settings: SIMD2<Double>
  ) -> Value {
    tape.apply(
      kind, .scalar, self, target, variance ?? mask, variance == nil ? nil : mask,
      attributes: SIMD4(count, settings[0], settings[1], 0))
  }

  /// The common shape of what a loss is made of.
  private func lossShape(
    _ name: StaticString, _ target: Value, _ variance: Value?, _ mask: Value?
  ) -> Shape {
    let shape = tape.node(self, name).pointee.shape
    let t = tape.node(target, name).pointee.shape
    let v = variance.map { tape.node($0, name).pointee.shape }
    let m = mask.map { tape.node($0, name).pointee.shape }
    if t != shape || v ?? shape != shape || m ?? shape != shape {
      let third = v.map { ", variance \($0)" } ?? ""
      mistake(
        "\(name): shapes \(shape) and \(t)\(third), mask \(m?.description ?? "none"), differ, "
          + tape.whereabouts)
    }
    return shape
  }
}

extension Tape {
  /// The n of a loss under a mask.
  func divisor(_ divisor: MaskedDivisor, of mask: Value, _ name: StaticString) -> Double {
    let node = node(mask, name)
    let total = node.pointee.shape.count
    return divisor == .all
      ? Double(total) : kernels.pointee.sum(node.pointee.value, Int64(total))
  }
}
