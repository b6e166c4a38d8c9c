public import ThalwegAutodiff
private import ThalwegTensor

/// A kernel of `kernel` entries that moves along the last axis of `[batch, channels, length]`; see
/// `Value.convolved`.
public struct Conv1d: Layer, Sendable {
  /// `[outputs, inputs, kernel]`.
  public let weight: Parameter
  /// `[outputs]`; nil: none.
  public let bias: Parameter?
  /// The step of the kernel from one output to the next.
  public let stride: Int
  /// Zeros before and after each row.
  public let padding: Int
  /// The step from one entry under the kernel to the next.
  public let dilation: Int
  /// The module path of the layer.
  public let place: Place

  /// A layer with weight and bias drawn from Kaiming's uniform rule, as torch draws them.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1, hasBias: Bool = true, in builder: Builder
  ) {
    let rule = Initializer.kaimingUniform(fanIn: inputs * kernel)
    weight = builder.parameter("weight", Shape(outputs, inputs, kernel), rule)
    bias = hasBias ? builder.parameter("bias", Shape(outputs), rule) : nil
    (self.stride, self.padding, self.dilation) = (stride, padding, dilation)
    place = builder.place
  }

  /// - Parameter x: `[batch, inputs, length]`.
  /// - Returns: `[batch, outputs, (length + 2 padding - dilation (kernel - 1) - 1) / stride + 1]`.
  public func forward(_ x: Value, _ pass: Pass) -> Value {
    x.convolved(
      weight: pass[weight], bias: bias.map { pass[$0] }, stride: stride, padding: padding,
      dilation: dilation)
  }
}
