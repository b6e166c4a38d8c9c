public import ThalwegAutodiff
private import ThalwegTensor

/// The parameters of one direction of one layer of a recurrent network.
public struct RecurrentWeights: Sendable {
  /// `[inputs, gates hidden]`.
  public let inputWeight: Parameter
  /// `[hidden, gates hidden]`.
  public let hiddenWeight: Parameter
  /// `[gates hidden]`.
  public let inputBias: Parameter
  /// `[gates hidden]`; nil where a second bias would only add to the first.
  public let hiddenBias: Parameter?
  /// The module path of the direction.
  public let place: Place

  /// All entries uniform with bound 1 / sqrt(hidden), as torch draws them.
  init(_ inputs: Int, _ hidden: Int, gates: Int, hasHiddenBias: Bool, in builder: Builder) {
    let rule = Initializer.kaimingUniform(fanIn: hidden)
    let columns = gates * hidden
    inputWeight = builder.parameter("input_weight", Shape(inputs, columns), rule)
    hiddenWeight = builder.parameter("hidden_weight", Shape(hidden, columns), rule)
    if hasHiddenBias {
      inputBias = builder.parameter("input_bias", Shape(columns), rule)
      hiddenBias = builder.parameter("hidden_bias", Shape(columns), rule)
    } else {
      inputBias = builder.parameter("bias", Shape(columns), rule)
      hiddenBias = nil
    }
    place = builder.place
  }

  /// The weights of all layers: of layer k at path `k`, of its other direction at `k_reverse`, in the
  /// order of torch's initial states.
  static func stack(
    _ inputs: Int, _ hidden: Int, layers: Int, isBidirectional: Bool, gates: Int,
    hasHiddenBias: Bool, in builder: Builder
  ) -> [RecurrentWeights] {
    if inputs < 1 || hidden < 1 || layers < 1 {
      mistake("recurrent layer: \(inputs) inputs, \(hidden) hidden, \(layers) layers")
    }
    let directions = isBidirectional ? 2 : 1
    return (0..<layers * directions).map { index in
      let layer = index / directions
      return RecurrentWeights(
        layer == 0 ? inputs : directions * hidden, hidden, gates: gates,
        hasHiddenBias: hasHiddenBias,
        in: builder / (index % directions == 0 ? "\(layer)" : "\(layer)_reverse"))
    }
  }

  /// The input's part of the gates of all steps.
  func project(_ x: Value, _ pass: Pass) -> Value {
    x.linear(weight: pass[inputWeight], bias: pass[inputBias])
  }
}

extension Value {
  /// State `index` of the initial states of all layers, `[layers directions, batch, hidden]`.
  func initialState(_ index: Int) -> Value {
    let shape = shape
    return sliced(axis: 0, from: index, to: index + 1).reshaped(to: Shape(shape[1], shape[2]))
  }

  /// The states after the step that is computed last, `[1, batch, hidden]`.
  func finalState(isReversed: Bool) -> Value {
    let length = shape[0]
    return isReversed
      ? sliced(axis: 0, from: 0, to: 1) : sliced(axis: 0, from: length - 1, to: length)
  }

  /// `self` after the states that have been collected, if any.
  func collected(after others: Value?) -> Value {
    others.map { $0.joined(with: self, axis: 0) } ?? self
  }

  /// Stops unless the initial states fit all layers.
  func checkInitial(_ count: Int, batch: Int, _ hidden: Int, _ name: StaticString) {
    if shape != Shape(count, batch, hidden) {
      mistake(
        "\(name): initial states \(shape) are not [\(count), \(batch), \(hidden)], "
          + tape.whereabouts)
    }
  }

  /// `[batch, length, ...]` as `[length, batch, ...]`, or back.
  func timeOutermost(_ name: StaticString) -> Value {
    if shape.rank != 3 {
      mistake("\(name): input \(shape) is not [batch, length, features], \(tape.whereabouts)")
    }
    return permuted(1, 0, 2)
  }
}
