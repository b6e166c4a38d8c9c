import CKernels
import Testing

/// Kernels that sum, move or choose.
extension KernelCheck {
  static var matrices: [(rows: Int, columns: Int)] {
    [(0, 0), (0, 3), (3, 0), (1, 1), (1, 7), (7, 1), (5, 64), (33, 31)]
  }

  func sum() {
    for size in Self.sizes {
      let x = drawn(size, "x")
      let memory = keeper.memory(x)
      let got = table.sum(memory.pointer, Int64(size))
      let magnitudes = x.reduce(0) { $0 + abs(Double($1)) }
      expectNear(
        got, x.reduce(0) { $0 + Double($1) }, size: magnitudes, units: Double(size), "\(size)")
      #expect(table.sum(memory.pointer, Int64(size)) == got)
    }
    let infinite = keeper.memory([1, .infinity, 2])
    #expect(table.sum(infinite.pointer, 3) == .infinity)
    let missing = keeper.memory([1, .nan, 2])
    #expect(table.sum(missing.pointer, 3).isNaN)
  }

  func repeatRow() {
    for (rows, columns) in Self.matrices {
      let (y, b) = (keeper.memory(result: rows * columns), keeper.memory(drawn(columns, "b")))
      table.repeat_row(y.pointer, b.pointer, Int64(rows), Int64(columns))
      #expect(y.isFenceIntact)
      expectSame(y.numbers, (0..<rows).flatMap { _ in b.numbers })
    }
  }

  func sumRows() {
    for (rows, columns) in Self.matrices {
      let x = drawn(rows * columns, "x")
      let (y, source) = (keeper.memory(result: columns), keeper.memory(x))
      table.sum_rows(y.pointer, source.pointer, Int64(rows), Int64(columns))
      #expect(y.isFenceIntact)
      let expected = (0..<columns).map { column in
        let parts = (0..<rows).map { Double(x[$0 * columns + column]) }
        return (value: parts.reduce(0, +), size: parts.reduce(0) { $0 + abs($1) })
      }
      expectNear(y.numbers, expected, units: Double(max(rows, 1)))
    }
  }

  func transpose() {
    for (rows, columns) in Self.matrices {
      let x = drawn(rows * columns, "x")
      let (y, source) = (keeper.memory(result: x.count), keeper.memory(x))
      table.transpose(y.pointer, source.pointer, Int64(rows), Int64(columns))
      #expect(y.isFenceIntact)
      expectSame(y.numbers, (0..<columns).flatMap { c in (0..<rows).map { x[$0 * columns + c] } })
    }
  }

  func trace() {
    for extent in [0, 1, 7, 64] {
      let x = drawn(extent * extent, "x")
      let memory = keeper.memory(x)
      let diagonal = (0..<extent).map { Double(x[$0 * (extent + 1)]) }
      expectNear(
        table.trace(memory.pointer, Int64(extent)), diagonal.reduce(0, +),
        size: diagonal.reduce(0) { $0 + abs($1) }, units: Double(extent))
    }
  }

  func diagonal() {
    for extent in [0, 1, 7, 64] {
      let y = keeper.memory(result: extent * extent)
      table.diagonal(y.pointer, 0.1, Int64(extent))
      #expect(y.isFenceIntact)
      expectSame(
        y.numbers,
        (0..<extent * extent).map { $0 / max(extent, 1) == $0 % max(extent, 1) ? Number(0.1) : 0 })
    }
  }

  func topKMask() {
    for (size, counts) in [(1, [1]), (7, [1, 3, 7]), (64, [1, 10, 64]), (1000, [1, 50])] {
      // Coarse numbers, so that there are ties.
      let x = drawn(size, "x", -10, 10).map { $0.rounded() }
      let order = x.indices.sorted { (x[$1], $0) < (x[$0], $1) }
      for k in counts {
        let (mask, source) = (keeper.memory(result: size), keeper.memory(x))
        table.top_k_mask(mask.pointer, source.pointer, Int64(size), Int64(k))
        #expect(mask.isFenceIntact)
        let chosen = Set(order.prefix(k))
        expectSame(mask.numbers, x.indices.map { chosen.contains($0) ? 1 : 0 }, "\(k) of \(size)")
      }
    }
    let (mask, source) = (keeper.memory(result: 4), keeper.memory([-.infinity, 1, .infinity, 0]))
    table.top_k_mask(mask.pointer, source.pointer, 4, 3)
    expectSame(mask.numbers, [0, 1, 1, 1])
  }

  func firstNonFinite() {
    for size in Self.sizes {
      let clean = drawn(size, "x") + [.greatestFiniteMagnitude, -.leastNonzeroMagnitude, 0]
      #expect(table.first_non_finite(keeper.memory(clean).pointer, Int64(clean.count)) == -1)
      #expect(table.first_non_finite(keeper.memory(clean).pointer, 0) == -1)
      for bad in [Number.nan, .infinity, -.infinity, .signalingNaN, -.nan] {
        for place in [0, size / 2, clean.count - 1] {
          var x = clean
          x[place] = bad
          x[clean.count - 1] = .nan
          let memory = keeper.memory(x)
          #expect(table.first_non_finite(memory.pointer, Int64(x.count)) == Int64(place))
        }
      }
    }
  }
}
