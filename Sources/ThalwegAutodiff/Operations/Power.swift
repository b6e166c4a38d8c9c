private import CKernels
private import ThalwegTensor

extension Operation {
  static let power = Operation.binary("power", TW_POWER) { step in
    step.deliverSlope(TW_BASE_SLOPE, to: 0)
    // The slope by the exponent is computed from base and exponent in this order, too.
    step.deliverSummed(to: 1) { place in
      let slope = step.scratch(step.shape)
      step.tape.combine(
        TW_EXPONENT_SLOPE, step.operand(0), step.operand(1), step.shape, into: slope)
      step.kernels.pointee.binary(TW_MULTIPLY, place, step.cotangent, slope, step.count)
    }
  }
}

extension Value {
  /// y = a^b entry by entry, shapes broadcast; dy/da = b a^(b - 1), dy/db = y log(a).
  ///
  /// Meant for positive bases and finite exponents. Of a base of 0, dy/db is taken as 0 where b >= 0; a
  /// negative base has a power for whole exponents only, and dy/db is then NaN.
  /// - Parameter exponent: b.
  public func power(exponent: Value) -> Value {
    tape.binary(.power, "power", self, exponent)
  }
}
