import ThalwegAutodiff
import ThalwegTensor

/// A way in which an operand comes to an operation other than as a parameter itself. The parameter
/// behind it holds the same numbers in another layout.
enum OperandForm: CaseIterable {
  /// All axes in the opposite order.
  case permuted
  /// A part of the innermost axis of something wider.
  case sliced
  /// A part of the outermost axis of something longer, which is a view.
  case viewed
  /// One entry along the last axis that has several, repeated.
  case broadcast

  /// Numbers beside the part that is used.
  static let padding = 7.5

  /// The axis that the form acts on; nil where the shape has none.
  private func axis(_ shape: Shape) -> Int? {
    switch self {
    case .permuted: shape.rank > 1 ? 0 : nil
    case .sliced: shape.rank > 0 ? shape.rank - 1 : nil
    case .viewed: shape.rank > 0 ? 0 : nil
    case .broadcast: (0..<shape.rank).last { shape[$0] > 1 }
    }
  }

  func fits(_ shape: Shape) -> Bool { axis(shape) != nil }

  /// The shape of the parameter behind an operand of `shape`.
  func source(_ shape: Shape) -> Shape {
    let extents = (0..<shape.rank).map { shape[$0] }
    guard let axis = axis(shape) else { return shape }
    var changed = extents
    switch self {
    case .permuted: changed.reverse()
    case .sliced, .viewed: changed[axis] += 3
    case .broadcast: changed[axis] = 1
    }
    return Shape(changed)
  }

  /// Where entry `index` of an operand of `shape` lies in the parameter behind it.
  func place(_ index: Int, _ shape: Shape) -> Int {
    guard let acted = axis(shape) else { return index }
    var (coordinates, left) = ([Int](repeating: 0, count: shape.rank), index)
    for axis in (0..<shape.rank).reversed() {
      coordinates[axis] = left % shape[axis]
      left /= shape[axis]
    }
    switch self {
    case .permuted: coordinates.reverse()
    case .sliced, .viewed: coordinates[acted] += 1
    case .broadcast: coordinates[acted] = 0
    }
    let source = source(shape)
    return (0..<source.rank).reduce(0) { $0 * source[$1] + coordinates[$1] }
  }

  /// The operand of `shape`, from the parameter behind it.
  func value(_ source: Value, _ shape: Shape) -> Value {
    guard let axis = axis(shape) else { return source }
    return switch self {
    case .permuted: source.permuted((0..<shape.rank).reversed())
    case .sliced, .viewed: source.sliced(axis: axis, from: 1, to: 1 + shape[axis])
    case .broadcast: source.broadcast(to: shape)
    }
  }
}
