private import CKernels
internal import ThalwegTensor

/// Where the steps of a recurrent node lie; `width` is the number of entries of the hidden state.
struct RecurrentLayout {
  let tape: Tape
  let length: Int
  let batch: Int
  let width: Int
  /// Whether time runs from the last step to the first.
  let isReversed: Bool
  /// The number of gates in the projected input.
  let gates: Int

  init(_ tape: Tape, _ node: UnsafeMutablePointer<Node>) {
    let projected = tape.nodes[tape.operand(node, 0)].shape
    self.tape = tape
    (length, batch) = (projected[0], projected[1])
    width = tape.nodes[tape.operand(node, 1)].shape[0]
    gates = width == 0 ? 0 : projected[2] / width
    isReversed = node.pointee.attributes[0] != 0
  }

  /// The number of entries of one step's hidden states.
  var stateCount: Int { batch * width }
  var stateBytes: Int { stateCount * tape.scalarType.width }
  /// The bytes of one step of the projected input.
  var gateBytes: Int { gates * stateBytes }

  /// Sequences of one piece of work, fewer of which the products of a step make little of.
  private static let rowsOfPiece = 16
  /// As many and more are two pieces at least, although each reads all weights at every step: what two
  /// threads save is more.
  private static let rowsOfTwo = 6

  /// Pieces of work that are cut by the shape alone.
  var pieces: Int {
    if !Machine.isShared(length * batch * gates * width * width) { return min(batch, 1) }
    let whole = (batch + RecurrentLayout.rowsOfPiece - 1) / RecurrentLayout.rowsOfPiece
    return whole == 1 && batch >= RecurrentLayout.rowsOfTwo ? 2 : whole
  }

  /// The sequences of a piece.
  func rows(_ piece: Int) -> Range<Int> { piece * batch / pieces..<(piece + 1) * batch / pieces }

  /// The bytes of the hidden states of so many sequences.
  func bytes(_ rows: Int) -> Int { rows * width * tape.scalarType.width }

  /// The place in time of the step that is computed as number `order`.
  func step(_ order: Int) -> Int { isReversed ? length - 1 - order : order }

  /// The states before the step that is computed as number `order`: those of the step computed
  /// before it, at first the initial ones.
  func before(
    _ order: Int, _ states: UnsafeMutableRawPointer, initial: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    order == 0 ? initial : states + step(order - 1) * stateBytes
  }

  /// The given initial states, or zeros.
  func initial(_ given: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer {
    if let given { return given }
    let zeros = tape.take(Shape(batch, width))
    tape.kernels.pointee.fill(zeros, 0, Int64(stateCount))
    return zeros
  }

  /// target += states W for the states of one step, W `[width, gates width]`.
  func multiply(
    _ states: UnsafeMutableRawPointer, _ weight: UnsafeMutableRawPointer,
    addingTo target: UnsafeMutableRawPointer
  ) {
    tape.machine.multiply(
      Product(
        scalarType: tape.scalarType, rows: batch, columns: gates * width, inner: width, a: states,
        b: weight, c: target, beta: 1))
  }

  /// target = beta target + dgates W^T.
  func multiplyBack(
    _ dgates: UnsafeMutableRawPointer, _ weight: UnsafeMutableRawPointer,
    into target: UnsafeMutableRawPointer, beta: Double
  ) {
    tape.machine.multiply(
      Product(
        scalarType: tape.scalarType, transposesB: true, rows: batch, columns: width,
        inner: gates * width, a: dgates, b: weight, c: target, beta: beta))
  }

  /// The cotangent of the weight: the sum over the steps of (states before)^T dgates, which is one
  /// product, because the states of all steps but the one computed last stand in a row, as do
  /// the gates of all steps but the one computed first.
  func weightProduct(
    _ states: UnsafeMutableRawPointer, _ dgates: UnsafeMutableRawPointer,
    into place: UnsafeMutableRawPointer, _ beta: Double
  ) -> Product {
    let steps = length - 1
    return Product(
      scalarType: tape.scalarType, transposesA: true, rows: width, columns: gates * width,
      inner: steps * batch, a: isReversed && steps > 0 ? states + stateBytes : states,
      b: !isReversed && steps > 0 ? dgates + gateBytes : dgates, c: place, beta: beta)
  }

  /// What the initial states add to the cotangent of the weight.
  func initialWeightProduct(
    _ initial: UnsafeMutableRawPointer, _ dgates: UnsafeMutableRawPointer,
    into place: UnsafeMutableRawPointer, _ beta: Double
  ) -> Product {
    Product(
      scalarType: tape.scalarType, transposesA: true, rows: width, columns: gates * width,
      inner: batch, a: initial, b: dgates + step(0) * gateBytes, c: place, beta: beta)
  }
}

extension Value {
  /// The width of the hidden state, after the shapes of a recurrent operation have been checked.
  func recurrentWidth(_ weight: Value, gates: Int, _ states: Value?, _ name: StaticString) -> Int {
    let (x, w) = (tape.node(self, name).pointee.shape, tape.node(weight, name).pointee.shape)
    if x.rank != 3 || w.rank != 2 || x[0] == 0 || w[0] == 0 || w[1] != gates * w[0]
      || x[2] != w[1]
    {
      mistake("\(name): shapes \(x) and hidden weight \(w) do not fit, \(tape.whereabouts)")
    }
    if let states {
      let shape = tape.node(states, name).pointee.shape
      if shape != Shape(x[1], w[0]) {
        mistake(
          "\(name): initial states \(shape) are not [\(x[1]), \(w[0])], \(tape.whereabouts)")
      }
    }
    return w[0]
  }
}
