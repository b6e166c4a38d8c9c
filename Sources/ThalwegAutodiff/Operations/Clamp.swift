private import CKernels
private import ThalwegTensor

extension Operation {
  static let clamp = Operation.unary("clamp", TW_CLAMP)
}

extension Value {
  /// y = min(max(x, lower), upper); dy/dx = 1 inside the range and on its bounds, else 0. A NaN stays a
  /// NaN, and gets the derivative 0.
  /// - Parameter range: an infinite bound does not bind.
  public func clamped(to range: ClosedRange<Double>) -> Value {
    tape.unary(.clamp, "clamp", self, SIMD4(range.lowerBound, range.upperBound, 0, 0))
  }
}
