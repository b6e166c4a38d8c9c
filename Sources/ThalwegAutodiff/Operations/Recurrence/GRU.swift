private import CKernels
private import ThalwegTensor

extension Operation {
  /// Operands: projected input, hidden weight, hidden bias, initial states or none. Value
  /// `[length, batch, width]`. Kept for each step: r, z, n and the hidden part of n.
  static let gru = Operation("gru") { step in
    let layout = RecurrentLayout(step.tape, step.node)
    let saved = step.saved(layout.length * 4 * layout.stateCount)
    let first = layout.initial(step.operandCount > 3 ? step.input(3) : nil)
    let sums = step.scratch(Shape(layout.batch, layout.gates * layout.width))
    for order in 0..<layout.length {
      let time = layout.step(order)
      let before = layout.before(order, step.value, initial: first)
      step.kernels.pointee.repeat_row(
        sums, step.input(2), Int64(layout.batch), Int64(layout.gates * layout.width))
      layout.multiply(before, step.input(1), addingTo: sums)
      step.kernels.pointee.gru_gates(
        saved + time * 4 * layout.stateBytes, step.value + time * layout.stateBytes,
        step.input(0) + time * layout.gateBytes, sums, before, Int64(layout.batch),
        Int64(layout.width))
    }
  } backward: { step in
    let layout = RecurrentLayout(step.tape, step.node)
    let isGiven = step.node.pointee.operandCount > 3
    let first = layout.initial(isGiven ? step.input(3) : nil)
    let sweep = GRUSweep(layout, step, first: first)
    var isDone = false
    step.deliver(to: 0) { place in
      sweep.run(into: place)
      isDone = true
    }
    if !isDone { sweep.runAside() }
    step.deliverProduct(to: 1) { layout.weightProduct(step.value, sweep.dsums, into: $0, $1) }
    step.deliver(to: 2) {
      step.kernels.pointee.sum_rows(
        $0, sweep.dsums, Int64(layout.length * layout.batch), Int64(layout.gates * layout.width))
    }
    if !isGiven { return }
    step.deliverProduct(to: 1) { layout.initialWeightProduct(first, sweep.dsums, into: $0, $1) }
    step.deliver(to: 3) { $0.copyMemory(from: sweep.dh, byteCount: layout.stateBytes) }
  }
}

/// The gates of a GRU backwards through time.
private struct GRUSweep {
  let layout: RecurrentLayout
  let cotangent: UnsafeMutableRawPointer
  let states: UnsafeMutableRawPointer
  let saved: UnsafeMutableRawPointer
  let weight: UnsafeMutableRawPointer
  let first: UnsafeMutableRawPointer
  /// The cotangents that later steps bring; at the end those of the initial states.
  let dh: UnsafeMutableRawPointer
  /// The cotangents of the hidden states' part of the gates, of all steps.
  let dsums: UnsafeMutableRawPointer

  init(_ layout: RecurrentLayout, _ step: borrowing Backward, first: UnsafeMutableRawPointer) {
    self.layout = layout
    cotangent = step.cotangent
    states = step.value
    saved = step.saved
    weight = step.input(1)
    self.first = first
    dh = step.scratch(Shape(layout.batch, layout.width))
    dsums = step.scratch(Shape(layout.length, layout.batch, layout.gates * layout.width))
  }

  func runAside() {
    run(
      into: layout.tape.take(Shape(layout.length, layout.batch, layout.gates * layout.width)))
  }

  /// Writes the cotangents of both parts of the gates of all steps.
  func run(into dprojected: UnsafeMutableRawPointer) {
    let kernels = layout.tape.kernels
    let count = Int64(layout.stateCount)
    kernels.pointee.fill(dh, 0, count)
    for order in stride(from: layout.length - 1, through: 0, by: -1) {
      let time = layout.step(order)
      kernels.pointee.accumulate(dh, cotangent + time * layout.stateBytes, count)
      kernels.pointee.gru_gates_backward(
        dprojected + time * layout.gateBytes, dsums + time * layout.gateBytes, dh,
        saved + time * 4 * layout.stateBytes, layout.before(order, states, initial: first),
        Int64(layout.batch), Int64(layout.width))
      layout.multiplyBack(dsums + time * layout.gateBytes, weight, into: dh, beta: 1)
    }
  }
}

extension Value {
  /// Gated recurrent units over the whole sequence. `self` holds the input's part of the gates of
  /// all steps with its bias, time outermost: one `linear` gives it. With s = h_(t-1) W + b, both
  /// cut into r, z, n in this order: r = sigmoid(x_r + s_r), z = sigmoid(x_z + s_z),
  /// n = tanh(x_n + r s_n), h_t = (1 - z) n + z h_(t-1). The reset gate acts on the product with W
  /// as in torch, not on h_(t-1) before it, which is why s has a bias of its own.
  /// Backward through time: dn = dh (1 - z) (1 - n^2), dz = dh (h_(t-1) - n) z (1 - z),
  /// dr = dn s_n r (1 - r), ds = (dr, dz, dn r), dh_(t-1) += dh z + ds W^T; dW is one product and db
  /// one sum over all steps.
  ///
  /// Cho et al. 2014, arXiv 1406.1078.
  /// - Parameters:
  ///   - hiddenWeight: `[width, 3 width]`.
  ///   - hiddenBias: `[3 width]`.
  ///   - initial: hidden states before the first step, `[batch, width]`; nil: zeros.
  ///   - isReversed: whether time runs from the last step to the first; step t of the result still
  ///     belongs to step t of the input.
  /// - Returns: the hidden states of each step, `[length, batch, width]`.
  /// - Precondition: `self` is `[length, batch, 3 width]` and has a step.
  public func gru(
    hiddenWeight: Value, hiddenBias: Value, initial: Value? = nil, isReversed: Bool = false
  ) -> Value {
    let width = recurrentWidth(hiddenWeight, gates: 3, initial, "gru")
    let bias = tape.node(hiddenBias, "gru").pointee.shape
    if bias != Shape(3 * width) {
      mistake("gru: hidden bias \(bias) is not [\(3 * width)], \(tape.whereabouts)")
    }
    return tape.apply(
      .gru, shape.replacingLast(with: width), self, hiddenWeight, hiddenBias, initial,
      attributes: SIMD4(isReversed ? 1 : 0, 0, 0, 0))
  }
}
