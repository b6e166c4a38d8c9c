private import CKernels
private import ThalwegTensor

extension Operation {
  static let erf = Operation.unary("erf", TW_ERF)
}

extension Value {
  /// y = erf(x), the error function 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x;
  /// dy/dx = 2 / sqrt(pi) exp(-x^2).
  public func erf() -> Value {
    tape.unary(.erf, "erf", self)
  }
}
