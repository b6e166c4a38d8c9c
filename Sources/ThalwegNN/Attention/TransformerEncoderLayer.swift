public import ThalwegAutodiff

/// One layer of a transformer's encoder: attention A and two linear layers F with an activation
/// between them, each with a residual connection and a normalization N.
///
/// After the sum (the original): y = N1(x + A(x)), z = N2(y + F(y)). Before it (`normFirst`; Xiong et
/// al. 2020, arXiv 2002.04745): y = x + A(N1(x)), z = y + F(N2(y)). In training, dropout acts on what
/// A gives, on the activation inside F and on what F gives, not on the attention's probabilities.
///
/// Against torch.nn.TransformerEncoderLayer: `attention` is self_attn (see `MultiHeadAttention`);
/// `linear1`, `linear2`, `norm1` and `norm2` have torch's names, weights of linear layers transposed.
/// Torch drops probabilities of the attention too: the two agree where dropout is 0.
///
/// Vaswani et al. 2017, arXiv 1706.03762, section 3.1.
public struct TransformerEncoderLayer: Layer, Sendable {
  /// Over the sequence itself.
  public let attention: MultiHeadAttention
  /// From the width to the wider layer inside.
  public let linear1: Linear
  /// And back.
  public let linear2: Linear
  /// Around the attention.
  public let norm1: LayerNorm
  /// Around the linear layers.
  public let norm2: LayerNorm
  /// What acts on the results in training.
  public let dropout: Dropout
  /// Between the linear layers.
  public let activation: Activation
  /// Whether the normalizations come before attention and linear layers.
  public let normFirst: Bool
  /// The module path of the layer.
  public let place: Place

  /// A layer whose parts start as they do alone.
  /// - Parameters:
  ///   - width: the number of features of each step.
  ///   - heads: the number of heads of the attention, which divides the width.
  ///   - feedForward: the width between the two linear layers.
  ///   - dropout: the share of entries that are set to 0 in training.
  public init(
    _ width: Int, heads: Int, feedForward: Int, activation: Activation = .relu,
    dropout: Double = 0, normFirst: Bool = false, in builder: Builder
  ) {
    attention = MultiHeadAttention(width, heads: heads, in: builder / "attention")
    linear1 = Linear(width, feedForward, in: builder / "linear1")
    linear2 = Linear(feedForward, width, in: builder / "linear2")
    norm1 = LayerNorm(width, in: builder / "norm1")
    norm2 = LayerNorm(width, in: builder / "norm2")
    self.dropout = Dropout(dropout, in: builder / "dropout")
    self.activation = activation
    self.normFirst = normFirst
    place = builder.place
  }

  /// - Parameter x: `[batch, length, width]`.
  /// - Returns: the shape of `x`.
  public func forward(_ x: Value, _ pass: Pass) -> Value {
    forward(x, keyMask: nil, isCausal: false, pass)
  }

  /// - Parameters:
  ///   - x: `[batch, length, width]`.
  ///   - keyMask: `[batch, length]`, 0 where a step may not be looked at.
  ///   - isCausal: whether step i looks at the steps 0 ... i only.
  /// - Returns: the shape of `x`.
  public func callAsFunction(
    _ x: Value, keyMask: Value?, isCausal: Bool = false, _ pass: Pass
  ) -> Value {
    let outer = pass.enter(place)
    defer { pass.leave(to: outer) }
    return forward(x, keyMask: keyMask, isCausal: isCausal, pass)
  }

  private func forward(
    _ x: Value, keyMask: Value?, isCausal: Bool, _ pass: Pass
  ) -> Value {
    func attend(_ x: Value) -> Value {
      dropout(attention(x, keyMask: keyMask, isCausal: isCausal, pass), pass)
    }
    if normFirst {
      let y = x + attend(norm1(x, pass))
      return y + feed(norm2(y, pass), pass)
    }
    let y = norm1(x + attend(x), pass)
    return norm2(y + feed(y, pass), pass)
  }

  private func feed(_ x: Value, _ pass: Pass) -> Value {
    dropout(linear2(dropout(activation(linear1(x, pass)), pass), pass), pass)
  }
}
