private import CKernels
private import ThalwegTensor

extension Operation {
  static let leakyRelu = Operation.unary("leakyRelu", TW_LEAKY_RELU)
}

extension Value {
  /// y = x where x > 0, else slope x; dy/dx = 1 or slope (slope at the kink).
  /// - Precondition: the slope is finite.
  /// Maas, Hannun, Ng 2013, Rectifier nonlinearities improve neural network acoustic models.
  public func leakyRelu(slope: Double = 0.01) -> Value {
    if !slope.isFinite { mistake("leakyRelu: slope \(slope), \(tape.whereabouts)") }
    return tape.unary(.leakyRelu, "leakyRelu", self, SIMD4(slope, 0, 0, 0))
  }
}
