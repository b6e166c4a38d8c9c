internal import CKernels

/// Two arrays of one common shape that are stepped through together.
struct StridedWalk {
  private(set) var rank = 0
  private var extents = SIMD8<Int64>(repeating: 1)
  private var first = SIMD8<Int64>.zero
  private var second = SIMD8<Int64>.zero

  /// Adds the next axis inwards; one that both arrays step through as the axis before it is folded
  /// into that.
  mutating func append(_ extent: Int, _ firstStride: Int, _ secondStride: Int) {
    if extent == 1 { return }
    let (extent, a, b) = (Int64(extent), Int64(firstStride), Int64(secondStride))
    if rank > 0 && first[rank - 1] == a * extent && second[rank - 1] == b * extent {
      extents[rank - 1] *= extent
      first[rank - 1] = a
      second[rank - 1] = b
      return
    }
    extents[rank] = extent
    first[rank] = a
    second[rank] = b
    rank += 1
  }

  /// The same pairs of places in an order whose two innermost axes hold the entries that are
  /// neighbours in either array, so that a plane of them can be moved in tiles.
  var inTiles: StridedWalk {
    if rank < 3 || second[rank - 1] == 1 { return self }
    guard let axis = (0..<rank - 1).first(where: { second[$0] == 1 }) else { return self }
    var walk = self
    for place in axis..<rank - 2 {
      walk.extents[place] = extents[place + 1]
      walk.first[place] = first[place + 1]
      walk.second[place] = second[place + 1]
    }
    walk.extents[rank - 2] = extents[axis]
    walk.first[rank - 2] = first[axis]
    walk.second[rank - 2] = second[axis]
    return walk
  }

  /// The same walk with the two arrays in each other's place.
  var reversed: StridedWalk {
    var walk = self
    swap(&walk.first, &walk.second)
    return walk
  }

  /// What the kernels read.
  var raw: tw_walk {
    var walk = tw_walk()
    walk.rank = Int32(rank)
    withUnsafeMutableBytes(of: &walk.extent) { $0.storeBytes(of: extents, as: SIMD8<Int64>.self) }
    withUnsafeMutableBytes(of: &walk.first) { $0.storeBytes(of: first, as: SIMD8<Int64>.self) }
    withUnsafeMutableBytes(of: &walk.second) { $0.storeBytes(of: second, as: SIMD8<Int64>.self) }
    return walk
  }
}
