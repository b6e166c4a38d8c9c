public import ThalwegTensor

/// The shapes of a custom operation's operands, from one to four.
public struct OperandShapes {
  private let shapes: (Shape, Shape, Shape, Shape)
  private let tape: Tape

  /// How many operands there are.
  public let count: Int

  init(_ tape: Tape, _ a: Value, _ b: Value?, _ c: Value?, _ d: Value?) {
    func shape(_ value: Value?) -> Shape {
      value.map { tape.node($0, "custom").pointee.shape } ?? .scalar
    }
    self.tape = tape
    shapes = (shape(a), shape(b), shape(c), shape(d))
    count = 1 + (b == nil ? 0 : 1) + (c == nil ? 0 : 1) + (d == nil ? 0 : 1)
  }

  /// The shape of operand `index`.
  /// - Precondition: there is such an operand.
  public subscript(_ index: Int) -> Shape {
    switch index {
    case _ where index < 0 || index >= count:
      mistake("custom operation: operand \(index) of \(count), \(whereabouts)")
    case 0: shapes.0
    case 1: shapes.1
    case 2: shapes.2
    default: shapes.3
    }
  }

  /// "in net.1": the module that is running, for the text of a `mistake`.
  public var whereabouts: String { tape.whereabouts }
}
