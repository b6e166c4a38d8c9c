private import CKernels
private import ThalwegTensor

extension Operation {
  static let affine = Operation("affine") { step in
    step.kernels.pointee.affine(
      step.value, step.input(0), step.attributes[0], step.attributes[1], step.count)
  } backward: { step in
    step.deliver(to: 0) {
      step.kernels.pointee.affine($0, step.cotangent, step.attributes[0], 0, step.count)
    }
  }
}

extension Value {
  /// y = scale x + shift with two fixed numbers; dy/dx = scale.
  public func affine(scale: Double = 1, shift: Double = 0) -> Value {
    tape.apply(
      .affine, tape.node(self, "affine").pointee.shape, self,
      attributes: SIMD4(scale, shift, 0, 0))
  }

  /// y = scale x.
  public static func * (scale: Double, x: Value) -> Value { x.affine(scale: scale) }
  /// y = x + shift.
  public static func + (x: Value, shift: Double) -> Value { x.affine(shift: shift) }
  /// y = x - shift.
  public static func - (x: Value, shift: Double) -> Value { x.affine(shift: -shift) }
}
