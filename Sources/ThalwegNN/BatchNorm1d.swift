public import ThalwegAutodiff
private import ThalwegTensor

/// Channels with mean 0 and variance 1 over the batch, times a gain plus an offset; see
/// `Value.batchNormalized`.
///
/// In training the statistics are those of the batch, and the running ones follow them where the step
/// is taken: r <- (1 - momentum) r + momentum s, with the unbiased variance (Ioffe, Szegedy 2015,
/// arXiv 1502.03167, algorithms 1 and 2). In evaluation the running ones are used.
public struct BatchNorm1d: Layer, Sendable {
  /// The gain, `[channels]`; starts at 1.
  public let weight: Parameter
  /// The offset, `[channels]`; starts at 0.
  public let bias: Parameter
  /// `[channels]`; starts at 0.
  public let runningMean: StateTensor
  /// `[channels]`; starts at 1.
  public let runningVariance: StateTensor
  /// The share of a step in the running statistics.
  public let momentum: Double
  /// What is added to the variance.
  public let epsilon: Double
  /// The module path of the layer.
  public let place: Place

  /// A layer over `channels` channels.
  public init(
    _ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, in builder: Builder
  ) {
    let shape = Shape(channels)
    weight = builder.parameter("weight", shape, .constant(1))
    bias = builder.parameter("bias", shape, .zeros)
    runningMean = builder.state("running_mean", shape, .zeros)
    runningVariance = builder.state("running_var", shape, .constant(1))
    self.momentum = momentum
    self.epsilon = epsilon
    place = builder.place
  }

  /// - Parameter x: `[batch, channels]` or `[batch, channels, length]`; in training with at least two
  ///   numbers in a channel.
  /// - Returns: the shape of `x`.
  public func forward(_ x: Value, _ pass: Pass) -> Value {
    let (gain, offset) = (pass[weight], pass[bias])
    if pass.mode == .evaluate {
      return x.batchNormalized(
        mean: pass[runningMean], variance: pass[runningVariance], gain: gain, offset: offset,
        epsilon: epsilon)
    }
    let result = x.batchNormalized(gain: gain, offset: offset, epsilon: epsilon)
    let shape = x.shape
    let items = Double(shape[0] * (shape.rank == 3 ? shape[2] : 1))
    pass.follow(runningMean, result.mean, share: momentum)
    pass.follow(
      runningVariance, result.variance, share: momentum, scale: items / (items - 1))
    return result.value
  }
}
