package import ThalwegTensor

/// A shape seen from one of its axes: `[outer, extent, inner]`.
package struct Lanes {
  package let outer: Int
  package let extent: Int
  package let inner: Int

  /// - Precondition: the shape has the axis, or `axis` is its rank: then `extent` is 1.
  package init(_ shape: Shape, _ axis: Int) {
    var (outer, inner) = (1, 1)
    for before in 0..<axis { outer *= shape[before] }
    if axis + 1 < shape.rank { for after in axis + 1..<shape.rank { inner *= shape[after] } }
    self.outer = outer
    self.inner = inner
    extent = axis < shape.rank ? shape[axis] : 1
  }
}

extension Shape {
  /// This shape with the extent of one axis replaced.
  package func replacing(_ axis: Int, with extent: Int) -> Shape {
    var extents = extents
    extents[axis] = Shape(extent).extents[0]
    return Shape(rank: rank, extents: extents)
  }

  /// This shape without an axis.
  package func removing(_ axis: Int) -> Shape {
    var shorter = extents
    for place in axis..<rank - 1 { shorter[place] = extents[place + 1] }
    shorter[rank - 1] = 1
    return Shape(rank: rank - 1, extents: shorter)
  }

  /// This shape with one more axis before `axis`.
  /// - Precondition: the rank is below the largest.
  package func inserting(_ extent: Int, at axis: Int) -> Shape {
    var longer = extents
    for place in stride(from: rank, to: axis, by: -1) { longer[place] = extents[place - 1] }
    longer[axis] = Shape(extent).extents[0]
    return Shape(rank: rank + 1, extents: longer)
  }
}

extension Tape {
  /// The shape of an operand that must have the axis.
  package func shape(of value: Value, having axis: Int, _ operation: StaticString) -> Shape {
    let shape = node(value, operation).pointee.shape
    if axis < 0 || axis >= shape.rank {
      mistake("\(operation): axis \(axis) of shape \(shape), \(whereabouts)")
    }
    return shape
  }
}
