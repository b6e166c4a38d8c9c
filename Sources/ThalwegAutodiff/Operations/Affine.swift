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

  /// y = -x.
  public static prefix func - (x: Value) -> Value { x.affine(scale: -1) }
  /// y = scale x.
  public static func * (scale: Double, x: Value) -> Value { x.affine(scale: scale) }
  /// y = scale x.
  public static func * (x: Value, scale: Double) -> Value { x.affine(scale: scale) }
  /// y = x + shift.
  public static func + (x: Value, shift: Double) -> Value { x.affine(shift: shift) }
  /// y = x + shift.
  public static func + (shift: Double, x: Value) -> Value { x.affine(shift: shift) }
  /// y = x - shift.
  public static func - (x: Value, shift: Double) -> Value { x.affine(shift: -shift) }
  /// y = shift - x.
  public static func - (shift: Double, x: Value) -> Value { x.affine(scale: -1, shift: shift) }
  /// y = x / divisor, computed as x times 1 / divisor.
  public static func / (x: Value, divisor: Double) -> Value { x.affine(scale: 1 / divisor) }
}
