private import CKernels
private import ThalwegTensor

/// How the normal distribution function inside GELU is computed.
public enum GELUApproximation: String, Sendable, CaseIterable {
  /// By the error function.
  case none
  /// By a hyperbolic tangent.
  case tanh
}

extension Operation {
  static let gelu = Operation.unary("gelu", TW_GELU)
  static let geluTanh = Operation.unary("geluTanh", TW_GELU_TANH)
}

extension Value {
  /// y = x P(x) with P the normal distribution function: P = (1 + erf(x / sqrt(2))) / 2, and
  /// dy/dx = P + x exp(-x^2 / 2) / sqrt(2 pi). By `.tanh`, P = (1 + tanh(u)) / 2 = sigmoid(2 u) with
  /// u = sqrt(2 / pi) (x + 0.044715 x^3), and dy/dx = P (1 + 2 x (1 - P) du/dx).
  ///
  /// Hendrycks, Gimpel 2016, arXiv 1606.08415, section 2.
  public func gelu(approximation: GELUApproximation = .none) -> Value {
    switch approximation {
    case .none: tape.unary(.gelu, "gelu", self)
    case .tanh: tape.unary(.geluTanh, "geluTanh", self)
    }
  }
}
