public import ThalwegAutodiff
private import ThalwegTensor

/// Groups of channels with mean 0 and variance 1 in each sample, times a gain plus an offset by
/// channel; see `Value.groupNormalized`.
public struct GroupNorm: Layer, Sendable {
  /// The gain, `[channels]`; starts at 1.
  public let weight: Parameter
  /// The offset, `[channels]`; starts at 0.
  public let bias: Parameter
  /// The number of groups.
  public let groups: Int
  /// What is added to the variance.
  public let epsilon: Double
  /// The module path of the layer.
  public let place: Place

  /// A layer of `groups` groups, which must divide `channels`.
  public init(_ groups: Int, _ channels: Int, epsilon: Double = 1e-5, in builder: Builder) {
    weight = builder.parameter("weight", Shape(channels), .constant(1))
    bias = builder.parameter("bias", Shape(channels), .zeros)
    self.groups = groups
    self.epsilon = epsilon
    place = builder.place
  }

  /// - Parameter x: `[batch, channels, ...]`.
  /// - Returns: the shape of `x`.
  public func forward(_ x: Value, _ pass: Pass) -> Value {
    x.groupNormalized(groups, gain: pass[weight], offset: pass[bias], epsilon: epsilon)
  }
}
