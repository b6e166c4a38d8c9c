internal import Thalweg

/// A transformer that guesses the next character from those before it.
struct Network: Layer {
  private let characters: Embedding
  private let places: Embedding
  private let layers: [TransformerEncoderLayer]
  private let norm: LayerNorm
  private let head: Linear

  /// A network for an alphabet and windows of a length.
  init(alphabet: Int, window: Int, width: Int, in builder: Builder) {
    characters = Embedding(alphabet, width, in: builder / "characters")
    places = Embedding(window, width, in: builder / "places")
    layers = (0..<2).map { index in
      TransformerEncoderLayer(
        width, heads: 4, feedForward: 4 * width, dropout: 0, normFirst: true,
        in: builder / "layers" / String(index))
    }
    norm = LayerNorm(width, in: builder / "norm")
    head = Linear(width, alphabet, in: builder / "head")
  }

  /// - Parameter x: `[batch, window]`, numbers of characters.
  /// - Returns: `[batch, window, alphabet]`, logits of the character that follows each.
  func forward(_ x: Indices, _ pass: Pass) -> Value {
    let window = x.shape[1]
    let order = pass.indices((0..<Int32(window)).map { $0 }, Shape(window))
    var value = characters(x, pass) + places(order, pass)
    for layer in layers { value = layer(value, keyMask: nil, isCausal: true, pass) }
    return head(norm(value, pass), pass)
  }
}
