/// The extents of a tensor, kept inline: making, copying and comparing a shape allocates nothing.
public struct Shape: Hashable, Sendable {
  /// The largest number of axes.
  public static let maximumRank = 8

  package private(set) var extents: SIMD8<Int32>

  /// The number of axes; 0 for a scalar.
  public private(set) var rank: Int

  package init(rank: Int, extents: SIMD8<Int32>) {
    self.rank = rank
    self.extents = extents
  }

  /// A shape with the given extents, outermost first.
  /// - Precondition: at most eight extents, none negative, each below 2^31.
  public init(_ extents: [Int]) {
    if extents.count > Shape.maximumRank {
      mistake("shape: \(extents) has \(extents.count) axes, at most \(Shape.maximumRank) are kept")
    }
    self.extents = SIMD8(repeating: 1)
    rank = extents.count
    for (axis, extent) in extents.enumerated() {
      guard let narrow = Int32(exactly: extent), narrow >= 0 else {
        mistake("shape: extent \(extent) of axis \(axis) is out of range")
      }
      self.extents[axis] = narrow
    }
  }

  /// A vector's shape.
  public init(_ count: Int) { self.init(rank: 1, extents: Shape.inline(count)) }

  /// A matrix's shape.
  public init(_ rows: Int, _ columns: Int) {
    var extents = Shape.inline(rows)
    extents[1] = Shape.inline(columns)[0]
    self.init(rank: 2, extents: extents)
  }

  /// The shape of a tensor of three or four axes; unlike a list of extents it allocates nothing.
  public init(_ first: Int, _ second: Int, _ third: Int, _ fourth: Int? = nil) {
    var extents = Shape.inline(first)
    extents[1] = Shape.inline(second)[0]
    extents[2] = Shape.inline(third)[0]
    extents[3] = Shape.inline(fourth ?? 1)[0]
    self.init(rank: fourth == nil ? 3 : 4, extents: extents)
  }

  /// The shape of one number: no axis, one element.
  public static let scalar = Shape(rank: 0, extents: SIMD8(repeating: 1))

  /// The extent of `axis`.
  public subscript(_ axis: Int) -> Int {
    if axis < 0 || axis >= rank { mistake("shape: axis \(axis) of shape \(self)") }
    return Int(extents[axis])
  }

  /// The number of elements: the product of the extents.
  public var count: Int {
    var product = 1
    for axis in 0..<rank { product *= Int(extents[axis]) }
    return product
  }

  /// The extent of the innermost axis; 1 for a scalar.
  public var last: Int { rank == 0 ? 1 : Int(extents[rank - 1]) }

  /// The number of rows when all axes but the innermost are taken as one.
  public var rows: Int {
    var product = 1
    for axis in 0..<max(rank - 1, 0) { product *= Int(extents[axis]) }
    return product
  }

  /// This shape with the innermost extent replaced.
  public func replacingLast(with extent: Int) -> Shape {
    if rank == 0 { mistake("shape: a scalar has no innermost axis") }
    var copy = self
    copy.extents[rank - 1] = Shape.inline(extent)[0]
    return copy
  }

  private static func inline(_ extent: Int) -> SIMD8<Int32> {
    guard let narrow = Int32(exactly: extent), narrow >= 0 else {
      mistake("shape: extent \(extent) is out of range")
    }
    var extents = SIMD8<Int32>(repeating: 1)
    extents[0] = narrow
    return extents
  }
}

extension Shape: ExpressibleByArrayLiteral {
  /// A shape from its extents, outermost first.
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
  /// The extents in brackets, outermost first: `[32, 10]`.
  public var description: String {
    "[" + (0..<rank).map { String(extents[$0]) }.joined(separator: ", ") + "]"
  }
}
