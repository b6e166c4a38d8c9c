private import CKernels
private import ThalwegTensor

extension Operation {
  static let affine = Operation("affine") { step in
    step.deliver(to: 0) {
      step.kernels.pointee.affine($0, step.cotangent, step.attributes[0], 0, step.count)
    }
  }
}

extension Value {
  /// y = scale x + shift with two fixed numbers; dy/dx = scale.
  public func affine(scale: Double = 1, shift: Double = 0) -> Value {
    let operand = tape.node(self, "affine")
    let (shape, source) = (operand.pointee.shape, operand.pointee.value)
    let result = tape.append(.affine, shape, self, attributes: SIMD2(scale, shift))
    tape.kernels.pointee.affine(
      tape.nodes[Int(result.id)].value, source, scale, shift, Int64(shape.count))
    return result
  }

  /// y = scale x.
  public static func * (scale: Double, x: Value) -> Value { x.affine(scale: scale) }
  /// y = x + shift.
  public static func + (x: Value, shift: Double) -> Value { x.affine(shift: shift) }
  /// y = x - shift.
  public static func - (x: Value, shift: Double) -> Value { x.affine(shift: -shift) }
}
