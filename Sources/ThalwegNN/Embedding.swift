public import ThalwegAutodiff
private import ThalwegTensor

/// A row of numbers for each of `count` things: y = the rows of W that the indices name.
public struct Embedding: Layer, Sendable {
  /// `[count, width]`.
  public let weight: Parameter
  /// The module path of the layer.
  public let place: Place

  /// A layer whose weight is drawn from the standard normal distribution, as torch draws it.
  public init(_ count: Int, _ width: Int, in builder: Builder) {
    weight = builder.parameter(
      "weight", Shape(count, width), .normal(standardDeviation: 1))
    place = builder.place
  }

  /// - Parameter indices: `[...]`, each below `count`.
  /// - Returns: `[..., width]`.
  public func forward(_ indices: Indices, _ pass: Pass) -> Value { pass[weight].rows(at: indices) }
}
