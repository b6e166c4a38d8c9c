/// A container for data and results: a shape and its numbers, row-major, copied on write.
///
/// Mathematics exists only on a tape; a tensor carries numbers to it and away from it.
public struct Tensor: Sendable, Equatable {
  /// The numbers of a tensor in their own precision.
  public enum Elements: Sendable, Equatable {
    /// Four bytes a number.
    case float32([Float])
    /// Eight bytes a number.
    case float64([Double])
  }

  /// The extents, outermost first.
  public let shape: Shape

  /// The numbers, row-major.
  public let elements: Elements

  /// A tensor in Float.
  /// - Precondition: `elements.count == shape.count`.
  public init(_ elements: [Float], shape: Shape) {
    Tensor.check(elements.count, shape)
    self.shape = shape
    self.elements = .float32(elements)
  }

  /// A tensor in Double.
  /// - Precondition: `elements.count == shape.count`.
  public init(_ elements: [Double], shape: Shape) {
    Tensor.check(elements.count, shape)
    self.shape = shape
    self.elements = .float64(elements)
  }

  /// The precision of the numbers.
  public var scalarType: ScalarType {
    switch elements {
    case .float32: .float32
    case .float64: .float64
    }
  }

  /// The numbers widened or narrowed to Double.
  public var doubles: [Double] {
    switch elements {
    case .float32(let values): values.map(Double.init)
    case .float64(let values): values
    }
  }

  /// The numbers rounded to Float where they are wider.
  public var floats: [Float] {
    switch elements {
    case .float32(let values): values
    case .float64(let values): values.map { Float($0) }
    }
  }

  private static func check(_ count: Int, _ shape: Shape) {
    if count != shape.count {
      mistake("tensor: \(count) elements for shape \(shape), which has \(shape.count)")
    }
  }
}
