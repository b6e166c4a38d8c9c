public import ThalwegAutodiff
private import ThalwegTensor

/// In training each entry is 0 with probability `rate`, else divided by 1 - rate, so that its mean
/// stays; in evaluation nothing changes (Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov
/// 2014, section 10, in the inverted form). The derivative is the same factor.
///
/// Which entries are kept depends on the root seed, the layer's path, the numbers of step and part and
/// on how often the layer was used before in that part; see `Pass.keepMask`.
public struct Dropout: Layer, Sendable {
  /// The probability of 0.
  public let rate: Double
  /// The module path of the layer.
  public let place: Place

  /// - Precondition: 0 <= rate < 1.
  public init(_ rate: Double = 0.5, in builder: Builder) {
    if !(rate >= 0 && rate < 1) {
      mistake("Dropout: rate \(rate) is not in [0, 1), in '\(builder.path)'")
    }
    self.rate = rate
    place = builder.place
  }

  /// - Parameter x: any shape.
  /// - Returns: the shape of `x`.
  public func forward(_ x: Value, _ pass: Pass) -> Value {
    if pass.mode == .evaluate || rate == 0 { return x }
    return x * pass.keepMask(x.shape, rate: rate)
  }
}
