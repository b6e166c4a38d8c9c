public import ThalwegTensor

/// Whole numbers on a tape that name places: of classes, rows, entries. No gradient goes through
/// them; where an operation makes them of values, the audit finds a cut.
public struct Indices {
  /// The node, whose memory holds Int32.
  package let value: Value

  package init(_ value: Value) { self.value = value }

  /// What an operation has made, which holds indices from now on.
  init(madeBy value: Value) {
    self.value = value
    value.tape.nodes[Int(value.id)].holdsIndices = true
  }

  /// The extents.
  public var shape: Shape { value.shape }

  /// The same indices in row-major order under another shape, without a copy.
  /// - Precondition: the two shapes have as many elements.
  public func reshaped(to shape: Shape) -> Indices {
    let tape = value.tape
    let operand = tape.node(value, "reshape")
    if operand.pointee.shape.count != shape.count {
      mistake(
        "reshape: shapes \(operand.pointee.shape) and \(shape) differ in count, "
          + tape.whereabouts)
    }
    return Indices(madeBy: tape.append(.indices, shape, value, value: operand.pointee.value))
  }

  /// A copy of the numbers, row-major.
  public var numbers: [Int] {
    let node = value.tape.node(value, "indices")
    let start = node.pointee.value.assumingMemoryBound(to: Int32.self)
    return (0..<node.pointee.shape.count).map { Int(start[$0]) }
  }
}

extension Operation {
  static let indices = Operation("indices", cutsGradient: true) { _ in
  } backward: { _ in
  }
}

extension Pass {
  /// Indices as data.
  /// - Precondition: `numbers.count == shape.count`, none is negative.
  public func indices(_ numbers: [Int32], _ shape: Shape) -> Indices {
    numbers.withUnsafeBufferPointer { indices($0, shape) }
  }

  /// Indices as data, from memory.
  /// - Precondition: `numbers.count == shape.count`, none is negative.
  public func indices(_ numbers: UnsafeBufferPointer<Int32>, _ shape: Shape) -> Indices {
    if numbers.count != shape.count {
      mistake("indices: \(numbers.count) numbers for shape \(shape), \(tape.whereabouts)")
    }
    if let negative = numbers.first(where: { $0 < 0 }) {
      mistake("indices: \(negative) is negative, \(tape.whereabouts)")
    }
    let value = tape.append(.indices, shape)
    let node = tape.node(value, "indices")
    node.pointee.holdsIndices = true
    if let start = numbers.baseAddress {
      node.pointee.value.copyMemory(from: start, byteCount: numbers.count * 4)
    }
    return Indices(value)
  }
}
