public import ThalwegAutodiff
private import ThalwegTensor

/// y = x W + b over the innermost axis.
public struct Linear: Layer, Sendable {
  /// `[inputs, outputs]`.
  public let weight: Parameter
  /// `[outputs]`.
  public let bias: Parameter
  /// The module path of the layer.
  public let place: Place

  /// A layer with weight and bias drawn from Kaiming's uniform rule, as torch draws them.
  public init(_ inputs: Int, _ outputs: Int, in builder: Builder) {
    let rule = Initializer.kaimingUniform(fanIn: inputs)
    weight = builder.parameter("weight", Shape(inputs, outputs), rule)
    bias = builder.parameter("bias", Shape(outputs), rule)
    place = builder.place
  }

  /// - Parameter x: `[..., inputs]`.
  /// - Returns: `[..., outputs]`.
  public func forward(_ x: Value, _ pass: Pass) -> Value {
    x.linear(weight: pass[weight], bias: pass[bias])
  }
}
