package import ThalwegTensor

/// How the entries of a parameter start.
public enum Initializer: Sendable, Equatable {
  /// The same number everywhere.
  case constant(Double)
  /// Uniform over [-bound, bound).
  case uniform(bound: Double)
  /// Normal with mean 0.
  case normal(standardDeviation: Double)

  /// Every entry 0.
  public static let zeros = Initializer.constant(0)

  /// Uniform with bound 1 / sqrt(fanIn): what torch gives to the weight and bias of a linear layer,
  /// Kaiming's uniform rule with a = sqrt(5) (He, Zhang, Ren, Sun 2015, arXiv 1502.01852).
  public static func kaimingUniform(fanIn: Int) -> Initializer {
    .uniform(bound: 1 / Double(fanIn).squareRoot())
  }

  /// Uniform with bound sqrt(6 / (fanIn + fanOut)) (Glorot, Bengio 2010, eq. 16).
  public static func glorotUniform(fanIn: Int, fanOut: Int) -> Initializer {
    .uniform(bound: (6 / Double(fanIn + fanOut)).squareRoot())
  }

  package func entry(_ index: Int, _ stream: RandomStream) -> Double {
    switch self {
    case .constant(let number): number
    case .uniform(let bound): (2 * stream.uniform(index) - 1) * bound
    case .normal(let deviation): deviation * stream.normal(index)
    }
  }
}
