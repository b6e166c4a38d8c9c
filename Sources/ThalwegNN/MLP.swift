public import ThalwegAutodiff

/// Linear layers with an activation between them; the last has none.
public struct MLP: Layer, Sendable {
  /// The linear layers, in the order of computation; layer k has the path `k`.
  public let layers: [Linear]
  /// What stands between them.
  public let activation: Activation
  /// The module path of the layer.
  public let place: Place

  /// A perceptron through the given widths, from the input's to the output's.
  /// - Precondition: at least two widths.
  public init(_ widths: [Int], activation: Activation = .relu, in builder: Builder) {
    layers = zip(widths, widths.dropFirst()).enumerated().map { index, pair in
      Linear(pair.0, pair.1, in: builder / String(index))
    }
    self.activation = activation
    place = builder.place
  }

  /// - Parameter x: `[..., first width]`.
  /// - Returns: `[..., last width]`.
  public func forward(_ x: Value, _ pass: Pass) -> Value {
    var value = x
    for index in layers.indices {
      value = layers[index](value, pass)
      if index < layers.count - 1 { value = activation(value) }
    }
    return value
  }
}
