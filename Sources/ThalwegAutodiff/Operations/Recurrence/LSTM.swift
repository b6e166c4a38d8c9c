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
    LSTMForward(
      layout: layout, kernels: step.kernels, inputs: step.input(0), gates: saved, hidden: hidden,
      cells: cells, weight: step.input(1), firstHidden: firstHidden, firstCells: firstCells
    ).run()
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

/// An LSTM forwards through time. Sequences do not meet, so a piece of work is some of them all the way.
private struct LSTMForward {
  let layout: RecurrentLayout
  let kernels: UnsafePointer<tw_kernels>
  /// The projected input.
  let inputs: UnsafeMutableRawPointer
  let gates: UnsafeMutableRawPointer
  let hidden: UnsafeMutableRawPointer
  let cells: UnsafeMutableRawPointer
  let weight: UnsafeMutableRawPointer
  let firstHidden: UnsafeMutableRawPointer
  let firstCells: UnsafeMutableRawPointer

  func run() {
    var job = self
    layout.tape.machine.run(layout.pieces, job: &job) { job, piece in
      job.assumingMemoryBound(to: LSTMForward.self).pointee.run(Int(piece))
    }
  }

  private func run(_ piece: Int) {
    let rows = layout.rows(piece)
    let (states, wide) = (
      layout.bytes(rows.lowerBound), layout.gates * layout.bytes(rows.lowerBound)
    )
    for order in 0..<layout.length {
      let time = layout.step(order)
      let part = time * layout.gateBytes + wide
      let offset = time * layout.stateBytes + states
      Machine.multiplyAlone(
        Product(
          scalarType: layout.tape.scalarType, rows: rows.count,
          columns: layout.gates * layout.width, inner: layout.width,
          a: layout.before(order, hidden, initial: firstHidden) + states, b: weight,
          c: gates + part, offsets: inputs + part, ldo: layout.gates * layout.width), kernels)
      kernels.pointee.lstm_gates(
        gates + part, hidden + offset, cells + offset,
        layout.before(order, cells, initial: firstCells) + states, Int64(rows.count),
        Int64(layout.width))
    }
  }
}

/// The gates of an LSTM backwards through time, a piece of work as forwards.
private struct LSTMSweep {
  let layout: RecurrentLayout
  let kernels: UnsafePointer<tw_kernels>
  let cotangent: UnsafeMutableRawPointer
  let states: UnsafeMutableRawPointer
  let saved: UnsafeMutableRawPointer
  /// The hidden weight turned over: its rows lie as the products read them.
  let turned: UnsafeMutableRawPointer
  let firstCells: UnsafeMutableRawPointer
  /// The cotangents that later steps bring; at the end those of the initial states.
  let dh: UnsafeMutableRawPointer
  let dc: UnsafeMutableRawPointer
  private var dgates: UnsafeMutableRawPointer

  init(
    _ layout: RecurrentLayout, _ step: borrowing Backward, firstCells: UnsafeMutableRawPointer
  ) {
    self.layout = layout
    kernels = step.kernels
    cotangent = step.cotangent
    states = step.value
    saved = step.saved
    let columns = layout.gates * layout.width
    turned = step.scratch(Shape(columns, layout.width))
    kernels.pointee.transpose(turned, step.input(1), Int64(layout.width), Int64(columns))
    self.firstCells = firstCells
    dh = step.scratch(Shape(layout.batch, layout.width))
    dc = step.scratch(Shape(layout.batch, layout.width))
    dgates = dh
  }

  func runAside() -> UnsafeMutableRawPointer {
    let place = layout.tape.take(
      Shape(layout.length, layout.batch, layout.gates * layout.width))
    run(into: place)
    return place
  }

  /// Writes the cotangents of the gates of all steps.
  func run(into place: UnsafeMutableRawPointer) {
    let count = Int64(layout.stateCount)
    kernels.pointee.fill(dh, 0, count)
    kernels.pointee.fill(dc, 0, count)
    var job = self
    job.dgates = place
    layout.tape.machine.run(layout.pieces, job: &job) { job, piece in
      job.assumingMemoryBound(to: LSTMSweep.self).pointee.run(Int(piece))
    }
  }

  private func run(_ piece: Int) {
    let rows = layout.rows(piece)
    let first = layout.bytes(rows.lowerBound)
    let (dh, dc) = (dh + first, dc + first)
    let count = Int64(rows.count * layout.width)
    let all = layout.length * layout.stateBytes
    for order in stride(from: layout.length - 1, through: 0, by: -1) {
      let offset = layout.step(order) * layout.stateBytes + first
      let wide = layout.step(order) * layout.gateBytes + layout.gates * first
      kernels.pointee.accumulate(dh, cotangent + offset, count)
      kernels.pointee.accumulate(dc, cotangent + all + offset, count)
      kernels.pointee.lstm_gates_backward(
        dgates + wide, dc, dh, saved + wide, states + all + offset,
        layout.before(order, states + all, initial: firstCells) + first, Int64(rows.count),
        Int64(layout.width))
      Machine.multiplyAlone(
        Product(
          scalarType: layout.tape.scalarType, rows: rows.count, columns: layout.width,
          inner: layout.gates * layout.width, a: dgates + wide, b: turned, c: dh), kernels)
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
