private import CKernels
private import ThalwegTensor

extension Operation {
  /// Operands: projected input, hidden weight, and either both initial states or none. Value
  /// `[2 length, batch, width]`: the hidden states of all steps, then the cells. Kept: the gates.
  static let lstm = Operation("lstm") { step in
    let layout = RecurrentLayout(step.tape, step.node)
    let saved = step.saved(layout.length * layout.gates * layout.stateCount)
    let (hidden, cells) = (step.value, step.value + layout.length * layout.stateBytes)
    let isGiven = step.operandCount > 2
    let firstHidden = layout.initial(isGiven ? step.input(2) : nil)
    let firstCells = isGiven ? step.input(3) : firstHidden
    saved.copyMemory(from: step.input(0), byteCount: layout.length * layout.gateBytes)
    for order in 0..<layout.length {
      let time = layout.step(order)
      let gates = saved + time * layout.gateBytes
      layout.multiply(
        layout.before(order, hidden, initial: firstHidden), step.input(1), addingTo: gates)
      step.kernels.pointee.lstm_gates(
        gates, hidden + time * layout.stateBytes, cells + time * layout.stateBytes,
        layout.before(order, cells, initial: firstCells), Int64(layout.batch), Int64(layout.width))
    }
  } backward: { step in
    let layout = RecurrentLayout(step.tape, step.node)
    let isGiven = step.node.pointee.operandCount > 2
    let firstHidden = layout.initial(isGiven ? step.input(2) : nil)
    let firstCells = isGiven ? step.input(3) : firstHidden
    let sweep = LSTMSweep(layout, step, firstCells: firstCells)
    // Written straight to where the projected input's cotangent belongs, if it has one.
    var dgates: UnsafeMutableRawPointer? = nil
    step.deliver(to: 0) { place in
      sweep.run(into: place)
      dgates = place
    }
    let gates = dgates ?? sweep.runAside()
    step.deliverProduct(to: 1) { layout.weightProduct(step.value, gates, into: $0, $1) }
    if !isGiven { return }
    step.deliverProduct(to: 1) { layout.initialWeightProduct(firstHidden, gates, into: $0, $1) }
    step.deliver(to: 2) { $0.copyMemory(from: sweep.dh, byteCount: layout.stateBytes) }
    step.deliver(to: 3) { $0.copyMemory(from: sweep.dc, byteCount: layout.stateBytes) }
  }
}

/// The gates of an LSTM backwards through time.
private struct LSTMSweep {
  let layout: RecurrentLayout
  let cotangent: UnsafeMutableRawPointer
  let states: UnsafeMutableRawPointer
  let saved: UnsafeMutableRawPointer
  let weight: UnsafeMutableRawPointer
  let firstCells: UnsafeMutableRawPointer
  /// The cotangents that later steps bring; at the end those of the initial states.
  let dh: UnsafeMutableRawPointer
  let dc: UnsafeMutableRawPointer

  init(
    _ layout: RecurrentLayout, _ step: borrowing Backward, firstCells: UnsafeMutableRawPointer
  ) {
    self.layout = layout
    cotangent = step.cotangent
    states = step.value
    saved = step.saved
    weight = step.input(1)
    self.firstCells = firstCells
    dh = step.scratch(Shape(layout.batch, layout.width))
    dc = step.scratch(Shape(layout.batch, layout.width))
  }

  func runAside() -> UnsafeMutableRawPointer {
    let place = layout.tape.take(
      Shape(layout.length, layout.batch, layout.gates * layout.width))
    run(into: place)
    return place
  }

  /// Writes the cotangents of the gates of all steps.
  func run(into dgates: UnsafeMutableRawPointer) {
    let kernels = layout.tape.kernels
    let count = Int64(layout.stateCount)
    let all = layout.length * layout.stateBytes
    kernels.pointee.fill(dh, 0, count)
    kernels.pointee.fill(dc, 0, count)
    for order in stride(from: layout.length - 1, through: 0, by: -1) {
      let offset = layout.step(order) * layout.stateBytes
      let place = dgates + layout.step(order) * layout.gateBytes
      kernels.pointee.accumulate(dh, cotangent + offset, count)
      kernels.pointee.accumulate(dc, cotangent + all + offset, count)
      kernels.pointee.lstm_gates_backward(
        place, dc, dh, saved + layout.step(order) * layout.gateBytes, states + all + offset,
        layout.before(order, states + all, initial: firstCells), Int64(layout.batch),
        Int64(layout.width))
      layout.multiplyBack(place, weight, into: dh, beta: 0)
    }
  }
}

/// What a long short-term memory gives for each step.
public struct LSTMStates {
  /// The hidden states, `[length, batch, width]`.
  public let hidden: Value
  /// The cells, `[length, batch, width]`.
  public let cells: Value
}

extension Value {
  /// A long short-term memory over the whole sequence. `self` holds the input's part of the gates of
  /// all steps, bias included, time outermost: one `linear` gives it. With s = x_t + h_(t-1) W, cut
  /// into i, f, g, o in this order (torch's):
  /// c_t = sigmoid(f) c_(t-1) + sigmoid(i) tanh(g), h_t = sigmoid(o) tanh(c_t).
  /// Backward through time: dc_t += dh_t o (1 - tanh(c_t)^2); the gates' cotangents from these, then
  /// dh_(t-1) += ds W^T and dc_(t-1) = dc_t f; dW is one product over all steps.
  ///
  /// Hochreiter, Schmidhuber 1997; the forget gate by Gers, Schmidhuber, Cummins 2000.
  /// - Parameters:
  ///   - hiddenWeight: `[width, 4 width]`.
  ///   - initial: hidden states and cells before the first step, each `[batch, width]`; nil: zeros.
  ///   - isReversed: whether time runs from the last step to the first; step t of the result still
  ///     belongs to step t of the input.
  /// - Returns: hidden states and cells of each step, `[length, batch, width]`.
  /// - Precondition: `self` is `[length, batch, 4 width]` and has a step.
  public func lstm(
    hiddenWeight: Value, initial: (hidden: Value, cells: Value)? = nil, isReversed: Bool = false
  ) -> LSTMStates {
    _ = recurrentWidth(hiddenWeight, gates: 4, initial?.cells, "lstm")
    let width = recurrentWidth(hiddenWeight, gates: 4, initial?.hidden, "lstm")
    let length = shape[0]
    let states = tape.apply(
      .lstm, Shape(2 * length, shape[1], width), self, hiddenWeight, initial?.hidden,
      initial?.cells, attributes: SIMD4(isReversed ? 1 : 0, 0, 0, 0))
    return LSTMStates(
      hidden: states.sliced(axis: 0, from: 0, to: length),
      cells: states.sliced(axis: 0, from: length, to: 2 * length))
  }
}
