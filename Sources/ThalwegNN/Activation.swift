public import ThalwegAutodiff

/// What stands between the layers of an `MLP`.
public enum Activation: String, Sendable, CaseIterable {
  /// max(x, 0).
  case relu
  /// x where x > 0, else 0.01 x.
  case leakyRelu
  /// 1 / (1 + exp(-x)).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// log(1 + exp(x)).
  case softplus
  /// x times its sigmoid.
  case silu
  /// x times the normal distribution function of x.
  case gelu

  /// The activation of each entry.
  public func callAsFunction(_ x: Value) -> Value {
    switch self {
    case .relu: x.relu()
    case .leakyRelu: x.leakyRelu()
    case .sigmoid: x.sigmoid()
    case .tanh: x.tanh()
    case .softplus: x.softplus()
    case .silu: x.silu()
    case .gelu: x.gelu()
    }
  }
}
