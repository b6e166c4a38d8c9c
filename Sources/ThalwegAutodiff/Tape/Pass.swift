public import ThalwegTensor

/// What a forward pass is given: everything that would else be hidden state.
public struct Pass {
  /// Whether layers act as in training or as in use.
  public enum Mode: Sendable {
    /// Training: layers that differ between the two act as in training.
    case train
    /// Evaluation.
    case evaluate
  }

  /// The record that operations are written to.
  public let tape: Tape
  /// Whether layers act as in training or as in use.
  public let mode: Mode
  /// The root seed of the step's random draws.
  public let seed: UInt64
  /// The number of the step, from 1 in training; random draws depend on it.
  public let step: Int
  /// Which part of the step this is, from 0; random draws depend on it.
  public let part: Int

  /// A pass over a cleared tape.
  public init(_ tape: Tape, _ mode: Mode, seed: UInt64 = 0, step: Int = 0, part: Int = 0) {
    self.tape = tape
    self.mode = mode
    self.seed = seed
    self.step = step
    self.part = part
  }

  /// The value of a parameter in this step; the same node however often it is asked for.
  public subscript(_ parameter: Parameter) -> Value { tape.leaf(parameter) }

  /// Data on the tape, from Float, widened where the tape is in Double.
  /// - Precondition: `numbers.count == shape.count`.
  public func constant(_ numbers: [Float], _ shape: Shape) -> Value {
    numbers.withUnsafeBufferPointer { constant($0, shape) }
  }

  /// Data on the tape, from Double, rounded where the tape is in Float.
  /// - Precondition: `numbers.count == shape.count`.
  public func constant(_ numbers: [Double], _ shape: Shape) -> Value {
    constant(shape, count: numbers.count) { tape.write(numbers, $0) }
  }

  /// Data on the tape.
  public func constant(_ tensor: Tensor) -> Value {
    switch tensor.elements {
    case .float32(let numbers): constant(numbers, tensor.shape)
    case .float64(let numbers): constant(numbers, tensor.shape)
    }
  }

  /// Data on the tape, from memory.
  /// - Precondition: `numbers.count == shape.count`.
  public func constant(_ numbers: UnsafeBufferPointer<Float>, _ shape: Shape) -> Value {
    constant(shape, count: numbers.count) { tape.write(numbers, $0) }
  }

  /// Data on the tape, gathered row by row: row r is the `shape.last` numbers at `row(r)`.
  package func constant(_ shape: Shape, row: (Int) -> UnsafePointer<Float>) -> Value {
    let (rows, width) = (shape.rows, shape.last)
    return constant(shape, count: rows * width) { target in
      for index in 0..<rows {
        tape.write(
          UnsafeBufferPointer(start: row(index), count: width),
          target + index * width * tape.scalarType.width)
      }
    }
  }

  private func constant(
    _ shape: Shape, count: Int, _ write: (UnsafeMutableRawPointer) -> Void
  ) -> Value {
    if count != shape.count {
      mistake("constant: \(count) numbers for shape \(shape), \(tape.whereabouts)")
    }
    let value = tape.append(.constant, shape)
    write(tape.node(value, "constant").pointee.value)
    return value
  }

  /// Makes `value` a part of the loss under a name, with a weight.
  ///
  /// A step in which nothing is minimized is an empty step.
  /// - Precondition: `value` has one element and the name is new in this step.
  public func minimize(_ name: String, _ value: Value, weight: Double = 1) {
    let node = tape.node(value, "minimize")
    if node.pointee.shape.count != 1 {
      mistake("minimize: term '\(name)' has shape \(node.pointee.shape), \(tape.whereabouts)")
    }
    if !weight.isFinite {
      mistake("minimize: term '\(name)' has weight \(weight), \(tape.whereabouts)")
    }
    if tape.terms.contains(where: { $0.name == name }) {
      mistake("minimize: term '\(name)' is minimized twice in one step")
    }
    tape.add(Tape.Term(name: name, weight: weight, node: value.id))
  }

  /// Makes the nodes that follow belong to the module at `place`; returns the place before.
  public func enter(_ place: Place) -> Place {
    let outer = Place(id: tape.scope)
    if place != .inherited { tape.scope = place.id }
    return outer
  }

  /// Goes back to the place that `enter` returned.
  public func leave(to place: Place) { tape.scope = place.id }
}
