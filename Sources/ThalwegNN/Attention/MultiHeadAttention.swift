public import ThalwegAutodiff
private import ThalwegTensor

/// Attention between projections: O = concatenated heads of attention(x_q W_q + b_q, x_k W_k + b_k,
/// x_v W_v + b_v), y = O W_o + b_o.
///
/// Against torch.nn.MultiheadAttention: `input.weight` is the transpose of in_proj_weight, W_q, W_k
/// and W_v side by side; `input.bias` is in_proj_bias; `output.weight` is the transpose of
/// out_proj.weight, `output.bias` is out_proj.bias. A key mask here is 1 where a key may be looked
/// at, torch's key_padding_mask is true where it may not.
///
/// Vaswani et al. 2017, arXiv 1706.03762, section 3.2.2.
public struct MultiHeadAttention: Layer, Sendable {
  /// `[width, 3 width]`: the projections of query, key and value side by side.
  public let inputWeight: Parameter
  /// `[3 width]`.
  public let inputBias: Parameter
  /// `[width, width]`.
  public let outputWeight: Parameter
  /// `[width]`.
  public let outputBias: Parameter
  /// The number of heads.
  public let heads: Int
  /// The module path of the layer.
  public let place: Place

  /// A layer that starts as torch's: Glorot's uniform rule for the input's projection, Kaiming's for
  /// the output's, biases 0.
  /// - Precondition: `heads` divides `width`.
  public init(_ width: Int, heads: Int, in builder: Builder) {
    if heads < 1 || width < 1 || width % heads != 0 {
      mistake("attention: \(heads) heads do not divide width \(width), in \(builder.path)")
    }
    let (input, output) = (builder / "input", builder / "output")
    inputWeight = input.parameter(
      "weight", Shape(width, 3 * width), .glorotUniform(fanIn: width, fanOut: 3 * width))
    inputBias = input.parameter("bias", Shape(3 * width), .zeros)
    outputWeight = output.parameter(
      "weight", Shape(width, width), .kaimingUniform(fanIn: width))
    outputBias = output.parameter("bias", Shape(width), .zeros)
    self.heads = heads
    place = builder.place
  }

  /// Attention of a sequence over itself.
  /// - Parameter x: `[batch, length, width]`.
  /// - Returns: the shape of `x`.
  public func forward(_ x: Value, _ pass: Pass) -> Value {
    forward(x, keyMask: nil, isCausal: false, pass)
  }

  /// Attention of a sequence over itself.
  /// - Parameters:
  ///   - x: `[batch, length, width]`.
  ///   - keyMask: `[batch, length]`, 0 where a step may not be looked at. The projections still read
  ///     that step: fill it with finite numbers, as a NaN there makes the gradients of the weights NaN.
  ///   - isCausal: whether step i looks at the steps 0 ... i only.
  /// - Returns: the shape of `x`.
  public func callAsFunction(
    _ x: Value, keyMask: Value?, isCausal: Bool = false, _ pass: Pass
  ) -> Value {
    let outer = pass.enter(place)
    defer { pass.leave(to: outer) }
    return forward(x, keyMask: keyMask, isCausal: isCausal, pass)
  }

  /// Attention of one sequence over another.
  /// - Parameters:
  ///   - query: `[batch, queries, width]`.
  ///   - key: `[batch, keys, width]`.
  ///   - value: `[batch, keys, width]`.
  ///   - keyMask: `[batch, keys]`, 0 where a key may not be looked at.
  ///   - isCausal: whether query i looks at the keys 0 ... i only.
  /// - Returns: the shape of `query`.
  public func callAsFunction(
    query: Value, key: Value, value: Value, keyMask: Value? = nil, isCausal: Bool = false,
    _ pass: Pass
  ) -> Value {
    let outer = pass.enter(place)
    defer { pass.leave(to: outer) }
    let attended = project(query, 0, pass).attention(
      key: project(key, 1, pass), value: project(value, 2, pass), heads: heads, keyMask: keyMask,
      isCausal: isCausal)
    return attended.linear(weight: pass[outputWeight], bias: pass[outputBias])
  }

  private func forward(
    _ x: Value, keyMask: Value?, isCausal: Bool, _ pass: Pass
  ) -> Value {
    x.linear(weight: pass[inputWeight], bias: pass[inputBias])
      .selfAttention(heads: heads, keyMask: keyMask, isCausal: isCausal)
      .linear(weight: pass[outputWeight], bias: pass[outputBias])
  }

  /// One of the three projections.
  private func project(_ x: Value, _ index: Int, _ pass: Pass) -> Value {
    x.linear(
      weight: pass[inputWeight].chunk(index, of: 3, axis: 1),
      bias: pass[inputBias].chunk(index, of: 3, axis: 0))
  }
}
