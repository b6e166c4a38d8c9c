public import ThalwegTensor

/// What the derivative of a custom operation is given, in one precision. All memory is contiguous
/// and row-major.
public struct CustomBackward<Number: BinaryFloatingPoint> {
  private let tape: Tape
  private let node: UnsafeMutablePointer<Node>
  private let arrived: UnsafeMutableRawPointer
  private let places: Places

  /// Where the derivative with respect to each of up to four operands goes; nil: none is needed.
  typealias Places = (
    UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?,
    UnsafeMutableRawPointer?
  )

  init(_ step: borrowing Backward, _ places: Places) {
    tape = step.tape
    node = step.node
    arrived = step.cotangent
    self.places = places
  }

  /// The shape of the result.
  public var shape: Shape { node.pointee.shape }

  /// The number of operands.
  public var operandCount: Int { Int(node.pointee.operandCount) }

  /// The shape of operand `index`.
  public func shape(ofOperand index: Int) -> Shape { operandNode(index).shape }

  /// The numbers of operand `index`.
  public func operand(_ index: Int) -> UnsafeBufferPointer<Number> {
    operandNode(index).numbers()
  }

  /// The numbers that forward has computed.
  public var result: UnsafeBufferPointer<Number> { node.pointee.numbers() }

  /// The derivative of the loss with respect to the result.
  public var cotangent: UnsafeBufferPointer<Number> {
    UnsafeBufferPointer(
      start: arrived.assumingMemoryBound(to: Number.self), count: node.pointee.shape.count)
  }

  /// Where the derivative with respect to operand `index` goes; nil where none is needed.
  ///
  /// It holds zeros. What other uses of the operand have brought is added afterwards.
  public func gradient(_ index: Int) -> UnsafeMutableBufferPointer<Number>? {
    let place =
      switch tape.check(operand: index, of: node) {
      case 0: places.0
      case 1: places.1
      case 2: places.2
      default: places.3
      }
    return place.map {
      UnsafeMutableBufferPointer(
        start: $0.assumingMemoryBound(to: Number.self), count: operandNode(index).shape.count)
    }
  }

  /// What forward has kept under the same call.
  /// - Precondition: forward asked for the same count.
  public func saved(_ count: Int) -> UnsafeBufferPointer<Number> {
    guard let saved = node.pointee.saved else {
      mistake("\(tape.name(of: node)): forward has kept nothing for the derivative")
    }
    if node.pointee.savedCount != count { tape.refuseSaved(count, by: node) }
    return UnsafeBufferPointer(start: saved.assumingMemoryBound(to: Number.self), count: count)
  }

  private func operandNode(_ index: Int) -> Node {
    tape.nodes[tape.operand(node, tape.check(operand: index, of: node))]
  }
}
