public import ThalwegAutodiff
private import ThalwegTensor

/// Rows of the innermost axis with mean 0 and variance 1, times a gain plus an offset; see
/// `Value.layerNormalized`.
public struct LayerNorm: Layer, Sendable {
  /// The gain, `[features]`; starts at 1.
  public let weight: Parameter
  /// The offset, `[features]`; starts at 0.
  public let bias: Parameter
  /// What is added to the variance.
  public let epsilon: Double
  /// The module path of the layer.
  public let place: Place

  /// A layer over rows of `features` numbers.
  public init(_ features: Int, epsilon: Double = 1e-5, in builder: Builder) {
    weight = builder.parameter("weight", Shape(features), .constant(1))
    bias = builder.parameter("bias", Shape(features), .zeros)
    self.epsilon = epsilon
    place = builder.place
  }

  /// - Parameter x: `[..., features]`.
  /// - Returns: the shape of `x`.
  public func forward(_ x: Value, _ pass: Pass) -> Value {
    x.layerNormalized(gain: pass[weight], offset: pass[bias], epsilon: epsilon)
  }
}
