import CKernels
import Testing

/// Kernels that move numbers, choose them or read them by index.
extension KernelCheck {
  private typealias Block = (outer: Int, extent: Int, inner: Int)

  private static var blocks: [Block] {
    [(1, 1, 1), (1, 7, 1), (3, 5, 1), (1, 4, 9), (2, 3, 67), (2, 40, 3), (0, 3, 2), (2, 3, 0)]
  }

  /// Walks in which both arrays are read at places of their own, with their extents.
  private static var moves: [Walk] {
    [
      Walk(extents: [], first: [], second: []),
      Walk(extents: [7], first: [1], second: [1]),
      Walk(extents: [7], first: [1], second: [0]),
      Walk(extents: [7], first: [2], second: [3]),
      Walk(extents: [35, 19], first: [19, 1], second: [1, 35]),
      Walk(extents: [35, 19], first: [1, 35], second: [19, 1]),
      Walk(extents: [5, 64], first: [64, 1], second: [70, 1]),
      Walk(extents: [3, 4, 17], first: [68, 17, 1], second: [1, 51, 3]),
      Walk(extents: [2, 3, 2, 5], first: [30, 10, 5, 1], second: [1, 2, 6, 12]),
      Walk(extents: [0], first: [1], second: [1]),
      Walk(extents: [0, 3, 4], first: [12, 4, 1], second: [1, 4, 12]),
      Walk(extents: [3, 0], first: [0, 1], second: [1, 3]),
    ]
  }

  func move(adding: Bool) {
    for walk in Self.moves {
      let offsets = walk.offsets
      let x = drawn((offsets.map(\.second).max() ?? 0) + 1, "x")
      let before = drawn((offsets.map(\.first).max() ?? 0) + 1, "y")
      let (y, source) = (keeper.memory(before), keeper.memory(x))
      var raw = walk.raw
      if adding {
        table.move_adding(y.pointer, source.pointer, &raw)
      } else {
        table.move(y.pointer, source.pointer, &raw)
      }
      #expect(y.isFenceIntact)
      var expected = before
      for offset in offsets {
        expected[offset.first] = adding ? before[offset.first] + x[offset.second] : x[offset.second]
      }
      expectSame(y.numbers, expected, "\(walk)")
    }
    // Not even the sign of a zero changes.
    let (y, x) = (keeper.memory(result: Number.special.count), keeper.memory(Number.special))
    var raw = Walk(extents: [Number.special.count], first: [1], second: [1]).raw
    if !adding {
      table.move(y.pointer, x.pointer, &raw)
      expectSame(y.numbers, Number.special)
    }
  }

  func firstOutside() {
    for count in Self.sizes {
      var index = places(count, below: 9, "index")
      #expect(table.first_outside(index, Int64(count), 9) == -1)
      if count == 0 { continue }
      for (wrong, place) in [(Int32(9), count - 1), (-1, count / 2), (.max, 0), (.min, 0)] {
        index[place] = wrong
        #expect(table.first_outside(index, Int64(count), 9) == Int64(place))
      }
    }
    #expect(table.first_outside([0], 1, 0) == 0)
  }

  func take(adding: Bool) {
    for block in Self.blocks {
      for count in [0, 1, 6] {
        let index = places(count, below: block.extent, "index")
        // place(o, j, i) in the whole and in what is taken.
        let pairs = (0..<block.outer).flatMap { o in
          (0..<count).flatMap { j in
            (0..<block.inner).map { i in
              (
                (o * block.extent + Int(index[j])) * block.inner + i,
                (o * count + j) * block.inner + i
              )
            }
          }
        }
        check(adding ? table.take_adding : table.take, adding, block, count, index, pairs)
      }
    }
  }

  func gather(adding: Bool) {
    for block in Self.blocks {
      for count in [0, 1, 6] {
        let index = places(block.outer * count * block.inner, below: block.extent, "index")
        let pairs = index.indices.map { flat in
          let (o, i) = (flat / (count * block.inner), flat % block.inner)
          return ((o * block.extent + Int(index[flat])) * block.inner + i, flat)
        }
        check(adding ? table.gather_adding : table.gather, adding, block, count, index, pairs)
      }
    }
  }

  private func check(
    _ function: (
      UnsafeMutableRawPointer, UnsafeRawPointer, UnsafePointer<Int32>, Int64, Int64, Int64, Int64
    ) -> Void, _ adding: Bool, _ block: Block, _ count: Int, _ index: [Int32],
    _ pairs: [(whole: Int, part: Int)]
  ) {
    let whole = drawn(block.outer * block.extent * block.inner, "whole")
    let part = drawn(block.outer * count * block.inner, "part")
    let memory = (keeper.memory(whole), keeper.memory(part))
    let (target, source) = adding ? memory : (memory.1, memory.0)
    function(
      target.pointer, source.pointer, index, Int64(block.outer), Int64(block.extent),
      Int64(count), Int64(block.inner))
    #expect(target.isFenceIntact)
    var expected = adding ? whole : part
    for pair in pairs {
      if adding {
        expected[pair.whole] += part[pair.part]
      } else {
        expected[pair.part] = whole[pair.whole]
      }
    }
    expectSame(target.numbers, expected, "\(block), \(count)")
  }

  func oneHot() {
    for block in Self.blocks {
      let index = places(block.outer * block.inner, below: block.extent, "index")
      let y = keeper.memory(result: block.outer * block.extent * block.inner)
      table.one_hot(
        y.pointer, index, Int64(block.outer), Int64(block.extent), Int64(block.inner))
      #expect(y.isFenceIntact)
      let expected: [Number] = (0..<y.count).map { flat in
        let (o, i) = (flat / (block.extent * block.inner), flat % block.inner)
        let chosen = Int(index[o * block.inner + i])
        return flat / block.inner % block.extent == chosen ? 1 : 0
      }
      expectSame(y.numbers, expected, "\(block)")
    }
  }

  func extreme() {
    for block in Self.blocks {
      // Coarse numbers, so that there are ties, and some NaN.
      var x = drawn(block.outer * block.extent * block.inner, "x", -3, 3).map { $0.rounded() }
      for holed in [false, true] {
        if holed { for place in stride(from: 5, to: x.count, by: 7) { x[place] = .nan } }
        let source = keeper.memory(x)
        for isSmallest in [false, true] {
          var index = [Int32](repeating: -7, count: block.outer * block.inner + 1)
          table.extreme(
            &index, source.pointer, Int64(block.outer), Int64(block.extent), Int64(block.inner),
            isSmallest ? 1 : 0)
          #expect(index.removeLast() == -7)
          let expected = lanes(x, block).map { lane -> Int32 in
            if let missing = lane.firstIndex(where: \.isNaN) { return Int32(missing) }
            let best = isSmallest ? lane.min() : lane.max()
            return Int32(lane.firstIndex { $0 == best } ?? -1)
          }
          #expect(index == expected, "\(block), \(isSmallest)")
        }
      }
    }
  }

  func sort() {
    for block in Self.blocks + [(1, 16, 1), (1, 17, 2), (1, 33, 1), (2, 1000, 1)] {
      var x = drawn(block.outer * block.extent * block.inner, "x", -9, 9).map { $0.rounded() }
      for place in stride(from: 5, to: x.count, by: 11) { x[place] = .nan }
      for place in stride(from: 2, to: x.count, by: 9) { x[place] = -.infinity }
      for (descends, kept) in [
        (false, block.extent), (true, block.extent), (true, min(2, block.extent)),
      ] {
        let (source, keys) = (keeper.memory(x), keeper.memory(result: block.extent))
        var spare = [Int32](repeating: -7, count: 2 * block.extent + 1)
        var index = [Int32](repeating: -7, count: block.outer * kept * block.inner + 1)
        table.sort(
          &index, source.pointer, keys.pointer, &spare, Int64(block.outer), Int64(block.extent),
          Int64(block.inner), Int64(kept), descends ? 1 : 0)
        #expect(index.removeLast() == -7)
        #expect(spare.last == -7)
        #expect(keys.isFenceIntact)
        let orders = lanes(x, block).map { lane in
          lane.indices.sorted { Self.isBefore($0, $1, in: lane, descends) }
        }
        let expected = (0..<index.count).map { flat in
          let (o, i) = (flat / (kept * block.inner), flat % block.inner)
          return Int32(orders[o * block.inner + i][flat / block.inner % kept])
        }
        #expect(index == expected, "\(block), \(descends), \(kept)")
      }
    }
  }

  private static func isBefore(_ a: Int, _ b: Int, in lane: [Number], _ descends: Bool) -> Bool {
    /// A NaN above infinity.
    func key(_ place: Int) -> (Int, Number) { lane[place].isNaN ? (1, 0) : (0, lane[place]) }
    if key(a) == key(b) { return a < b }
    return descends ? key(a) > key(b) : key(a) < key(b)
  }

  func cumulativeSum() {
    for block in Self.blocks {
      let x = drawn(block.outer * block.extent * block.inner, "x")
      for isBackward in [false, true] {
        let (y, source) = (keeper.memory(result: x.count), keeper.memory(x))
        table.cumulative_sum(
          y.pointer, source.pointer, Int64(block.outer), Int64(block.extent), Int64(block.inner),
          isBackward ? 1 : 0)
        #expect(y.isFenceIntact)
        let sums = lanes(x, block).map { lane -> [Number] in
          var total = 0.0
          let ordered = isBackward ? lane.reversed() : lane
          let sums = ordered.map { (number: Number) -> Number in
            total += Double(number)
            return Number(total)
          }
          return isBackward ? sums.reversed() : sums
        }
        let expected = x.indices.map { flat in
          let (o, i) = (flat / (block.extent * block.inner), flat % block.inner)
          return sums[o * block.inner + i][flat / block.inner % block.extent]
        }
        expectSame(y.numbers, expected, "\(block), \(isBackward)")
      }
    }
  }

  func round() {
    let edges: [Number] = [
      0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999997, -0.2, 0x1p22, 0x1p23 - 0.5, 0x1p23, 0x1p24 + 2,
      0x1p51 + 0.5, 0x1p52, -0x1p60,
    ]
    for size in Self.sizes {
      let x = drawn(size, "x", -50, 50) + drawn(size, "y") + edges + Number.special
      let (y, source) = (keeper.memory(result: x.count), keeper.memory(x))
      table.round(y.pointer, source.pointer, Int64(x.count))
      #expect(y.isFenceIntact)
      expectSame(y.numbers, x.map { $0.rounded(.toNearestOrEven) })
    }
  }

  func step() {
    for size in Self.sizes {
      let x = drawn(size, "x") + [0.1, 0.25, -0.25] + Number.special
      for threshold in [0, 0.1, 0.25] {
        let (y, source) = (keeper.memory(result: x.count), keeper.memory(x))
        table.step(y.pointer, source.pointer, threshold, Int64(x.count))
        #expect(y.isFenceIntact)
        expectSame(y.numbers, x.map { $0.isNaN ? .nan : ($0 > Number(threshold) ? 1 : 0) })
      }
    }
  }

  /// The entries along the middle axis, for each place of the other two.
  private func lanes(_ x: [Number], _ block: Block) -> [[Number]] {
    (0..<block.outer * block.inner).map { lane in
      let (o, i) = (lane / max(block.inner, 1), lane % max(block.inner, 1))
      return (0..<block.extent).map { x[(o * block.extent + $0) * block.inner + i] }
    }
  }

  private func places(_ count: Int, below extent: Int, _ path: String) -> [Int32] {
    drawn(count, path, 0, Double(extent)).map { min(Int32($0), Int32(extent) - 1) }
  }
}
