import CKernels
import Testing

/// Kernels that walk over two arrays by strides.
extension KernelCheck {
  /// A walk with the element at each of its steps.
  struct Walk {
    var extents: [Int]
    var first: [Int]
    var second: [Int]

    var count: Int { extents.reduce(1, *) }

    /// The offsets into both arrays, in row-major order of the common shape.
    var offsets: [(first: Int, second: Int)] {
      (0..<count).map { flat in
        var (rest, a, b) = (flat, 0, 0)
        for axis in extents.indices.reversed() {
          let index = rest % extents[axis]
          rest /= extents[axis]
          a += index * first[axis]
          b += index * second[axis]
        }
        return (a, b)
      }
    }

    var raw: tw_walk {
      var walk = tw_walk()
      walk.rank = Int32(extents.count)
      func store(_ numbers: [Int], _ bytes: UnsafeMutableRawBufferPointer) {
        for (axis, number) in numbers.enumerated() {
          bytes.storeBytes(of: Int64(number), toByteOffset: 8 * axis, as: Int64.self)
        }
      }
      withUnsafeMutableBytes(of: &walk.extent) { store(extents, $0) }
      withUnsafeMutableBytes(of: &walk.first) { store(first, $0) }
      withUnsafeMutableBytes(of: &walk.second) { store(second, $0) }
      return walk
    }
  }

  private var walks: [Walk] {
    [
      Walk(extents: [], first: [], second: []),
      Walk(extents: [7], first: [1], second: [1]),
      Walk(extents: [64], first: [1], second: [0]),
      Walk(extents: [1000], first: [0], second: [1]),
      Walk(extents: [5], first: [3], second: [2]),
      Walk(extents: [3, 7], first: [7, 1], second: [0, 1]),
      Walk(extents: [3, 7], first: [1, 0], second: [7, 1]),
      Walk(extents: [3, 7], first: [1, 0], second: [0, 1]),
      Walk(extents: [4, 3, 5], first: [0, 5, 1], second: [3, 1, 0]),
      Walk(
        extents: [2, 1, 3, 2, 1, 2, 3, 2], first: [12, 0, 0, 6, 0, 3, 1, 0],
        second: [12, 0, 4, 0, 0, 2, 0, 1]),
      Walk(extents: [0], first: [1], second: [0]),
      Walk(extents: [3, 0], first: [0, 1], second: [1, 0]),
      Walk(extents: [0, 3], first: [3, 1], second: [0, 1]),
    ]
  }

  func broadcast() {
    for walk in walks {
      let offsets = walk.offsets
      let a = drawn((offsets.map(\.first).max() ?? 0) + 1, "a")
      let b = drawn((offsets.map(\.second).max() ?? 0) + 1, "b")
      for kind in Self.kinds {
        let (y, x, z) = (keeper.memory(result: walk.count), keeper.memory(a), keeper.memory(b))
        var raw = walk.raw
        table.broadcast(kind, y.pointer, x.pointer, z.pointer, &raw)
        #expect(y.isFenceIntact)
        expectBinary(
          kind, y.numbers, offsets.map { a[$0.first] }, offsets.map { b[$0.second] }, "\(walk)")
      }
    }
  }

  func sumTo() {
    for walk in walks {
      let offsets = walk.offsets
      let count = (offsets.map(\.first).max() ?? 0) + 1
      let x = drawn((offsets.map(\.second).max() ?? 0) + 1, "x")
      let (y, source) = (keeper.memory(result: count), keeper.memory(x))
      var raw = walk.raw
      withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, count)) { totals in
        guard let start = totals.baseAddress else { return }
        table.sum_to(y.pointer, start, Int64(count), source.pointer, &raw)
      }
      #expect(y.isFenceIntact)
      var expected = [(value: Double, size: Double)](repeating: (0, 0), count: count)
      for offset in offsets {
        expected[offset.first].value += Double(x[offset.second])
        expected[offset.first].size += abs(Double(x[offset.second]))
      }
      expectNear(y.numbers, expected, units: Double(max(walk.count, 1)), "\(walk)")
      if walk.count == 0 { expectSame(y.numbers, [0]) }
    }
  }
}
