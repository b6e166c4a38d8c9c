public import ThalwegAutodiff
private import ThalwegTensor

/// Gated recurrent units over sequences, in one or both directions, of one or more layers; formulas
/// with `Value.gru`.
///
/// Against torch.nn.GRU: layer k has the path `k`, its reverse direction `k_reverse`;
/// `input_weight` is the transpose of weight_ih_lk, `hidden_weight` that of weight_hh_lk,
/// `input_bias` is bias_ih_lk and `hidden_bias` bias_hh_lk: the reset gate acts on the second alone.
public struct GRU: Layer, Sendable {
  /// What a sequence leads to.
  public struct Output {
    /// The hidden states of the last layer, `[batch, length, directions hidden]`.
    public let values: Value
    /// The hidden states after the last step of each direction, `[layers directions, batch, hidden]`;
    /// the directions of a layer stand side by side.
    public let final: Value
  }

  /// One for each direction of each layer.
  public let weights: [RecurrentWeights]
  /// The width of the hidden state.
  public let hidden: Int
  /// Whether each layer runs in both directions.
  public let isBidirectional: Bool
  /// The module path of the layer.
  public let place: Place

  /// A network with all parameters uniform with bound 1 / sqrt(hidden), as torch draws them.
  public init(
    _ inputs: Int, _ hidden: Int, layers: Int = 1, isBidirectional: Bool = false,
    in builder: Builder
  ) {
    weights = RecurrentWeights.stack(
      inputs, hidden, layers: layers, isBidirectional: isBidirectional, gates: 3,
      hasHiddenBias: true, in: builder)
    self.hidden = hidden
    self.isBidirectional = isBidirectional
    place = builder.place
  }

  /// From states of zeros.
  /// - Parameter x: `[batch, length, inputs]` with at least one step.
  public func forward(_ x: Value, _ pass: Pass) -> Output { forward(x, initial: nil, pass) }

  /// - Parameters:
  ///   - x: `[batch, length, inputs]` with at least one step.
  ///   - initial: the states to begin with, such as `final` of the sequence before; nil: zeros.
  public func callAsFunction(_ x: Value, initial: Value?, _ pass: Pass) -> Output {
    let outer = pass.enter(place)
    defer { pass.leave(to: outer) }
    return forward(x, initial: initial, pass)
  }

  private func forward(_ x: Value, initial: Value?, _ pass: Pass) -> Output {
    var values = x.timeOutermost("gru")
    initial?.checkInitial(weights.count, batch: x.shape[0], hidden, "gru")
    var last: Value? = nil
    var index = 0
    while index < weights.count {
      let input = values
      for direction in 0..<(isBidirectional ? 2 : 1) {
        let states = run(input, index, isReversed: direction == 1, initial, pass)
        values = direction == 0 ? states : values.joined(with: states, axis: 2)
        last = states.finalState(isReversed: direction == 1).collected(after: last)
        index += 1
      }
    }
    guard let last else { mistake("gru: no layers") }
    return Output(values: values.permuted(1, 0, 2), final: last)
  }

  private func run(
    _ x: Value, _ index: Int, isReversed: Bool, _ initial: Value?, _ pass: Pass
  ) -> Value {
    let outer = pass.enter(weights[index].place)
    defer { pass.leave(to: outer) }
    guard let bias = weights[index].hiddenBias else { mistake("gru: no hidden bias") }
    return weights[index].project(x, pass).gru(
      hiddenWeight: pass[weights[index].hiddenWeight], hiddenBias: pass[bias],
      initial: initial?.initialState(index), isReversed: isReversed)
  }
}
