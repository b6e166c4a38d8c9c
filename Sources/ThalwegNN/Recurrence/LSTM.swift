public import ThalwegAutodiff
private import ThalwegTensor

/// Long short-term memory over sequences, in one or both directions, of one or more layers; formulas
/// with `Value.lstm`.
///
/// Against torch.nn.LSTM: layer k has the path `k`, its reverse direction `k_reverse`;
/// `input_weight` is the transpose of weight_ih_lk, `hidden_weight` that of weight_hh_lk, and `bias`
/// the sum of bias_ih_lk and bias_hh_lk, which torch keeps apart though only their sum counts.
public struct LSTM: Layer, Sendable {
  /// What the memory holds between steps, for all layers and directions.
  public struct State {
    /// `[layers directions, batch, hidden]`; the directions of a layer stand side by side.
    public let hidden: Value
    /// `[layers directions, batch, hidden]`.
    public let cells: Value

    /// A state to begin with.
    public init(hidden: Value, cells: Value) {
      self.hidden = hidden
      self.cells = cells
    }
  }

  /// What a sequence leads to.
  public struct Output {
    /// The hidden states of the last layer, `[batch, length, directions hidden]`.
    public let values: Value
    /// The state after the last step of each direction.
    public let final: State
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
      inputs, hidden, layers: layers, isBidirectional: isBidirectional, gates: 4,
      hasHiddenBias: false, in: builder)
    self.hidden = hidden
    self.isBidirectional = isBidirectional
    place = builder.place
  }

  /// From states of zeros.
  /// - Parameter x: `[batch, length, inputs]` with at least one step.
  public func forward(_ x: Value, _ pass: Pass) -> Output { forward(x, initial: nil, pass) }

  /// - Parameters:
  ///   - x: `[batch, length, inputs]` with at least one step.
  ///   - initial: the state to begin with, such as `final` of the sequence before; nil: zeros.
  public func callAsFunction(_ x: Value, initial: State?, _ pass: Pass) -> Output {
    let outer = pass.enter(place)
    defer { pass.leave(to: outer) }
    return forward(x, initial: initial, pass)
  }

  private func forward(_ x: Value, initial: State?, _ pass: Pass) -> Output {
    var values = x.timeOutermost("lstm")
    initial?.hidden.checkInitial(weights.count, batch: x.shape[0], hidden, "lstm")
    initial?.cells.checkInitial(weights.count, batch: x.shape[0], hidden, "lstm")
    var (lastHidden, lastCells): (Value?, Value?) = (nil, nil)
    var index = 0
    while index < weights.count {
      let input = values
      for direction in 0..<(isBidirectional ? 2 : 1) {
        let states = run(input, index, isReversed: direction == 1, initial, pass)
        values = direction == 0 ? states.hidden : values.joined(with: states.hidden, axis: 2)
        lastHidden =
          states.hidden.finalState(isReversed: direction == 1).collected(after: lastHidden)
        lastCells = states.cells.finalState(isReversed: direction == 1).collected(after: lastCells)
        index += 1
      }
    }
    guard let lastHidden, let lastCells else { mistake("lstm: no layers") }
    return Output(
      values: values.permuted(1, 0, 2), final: State(hidden: lastHidden, cells: lastCells))
  }

  private func run(
    _ x: Value, _ index: Int, isReversed: Bool, _ initial: State?, _ pass: Pass
  ) -> LSTMStates {
    let outer = pass.enter(weights[index].place)
    defer { pass.leave(to: outer) }
    return weights[index].project(x, pass).lstm(
      hiddenWeight: pass[weights[index].hiddenWeight],
      initial: initial.map {
        (hidden: $0.hidden.initialState(index), cells: $0.cells.initialState(index))
      }, isReversed: isReversed)
  }
}
