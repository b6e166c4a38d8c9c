import CKernels
import Testing
import ThalwegTensor

/// Products of small matrices.
extension KernelCheck {
  /// Rows, columns, inner: whole and part vectors and tiles, none at all, more depth than one pass.
  private var productShapes: [(Int, Int, Int)] {
    [
      (1, 1, 1), (3, 5, 2), (4, 16, 7), (8, 48, 9), (9, 33, 17), (13, 100, 5), (17, 64, 300),
      (5, 3, 0), (0, 4, 3), (6, 0, 3), (25, 97, 257), (4, 4, 3), (8, 8, 5), (132, 5, 7),
      (136, 8, 300), (7, 65, 12), (70, 193, 3),
    ]
  }

  /// What the sums of a product start from.
  private enum Start: CaseIterable {
    case nothing
    case result
    case row
    case matrix
  }

  func product() {
    for shape in productShapes {
      for (ta, tb) in [(false, false), (true, false), (false, true), (true, true)] {
        for start in Start.allCases { product(shape, ta, tb, start) }
      }
    }
  }

  private func product(
    _ extents: (rows: Int, columns: Int, inner: Int), _ ta: Bool, _ tb: Bool, _ start: Start
  ) {
    let (rows, columns, inner) = extents
    // Between the rows of the factors lies what must not come into the result.
    let (wide, high) = (ta ? rows : inner, tb ? inner : columns)
    let a = apart(rows * inner, "a", width: wide, by: 3)
    let b = apart(inner * columns, "b", width: high, by: 2)
    let offsets = drawn(rows * (columns + 4) + columns, "offsets", -1, 1)
    let before =
      start == .result
      ? drawn(rows * columns, "c", -1, 1) : [Number](repeating: .nan, count: rows * columns)
    let c = keeper.memory(before)
    let memory = (keeper.memory(a.spread), keeper.memory(b.spread), keeper.memory(offsets))
    let isOffset = start == .row || start == .matrix
    var shape = tw_product(
      rows: Int64(rows), columns: Int64(columns), inner: Int64(inner), lda: Int64(wide + 3),
      ldb: Int64(high + 2), ldc: Int64(columns), transposes_a: ta ? 1 : 0,
      transposes_b: tb ? 1 : 0, adds: start == .result ? 1 : 0,
      offsets: isOffset ? UnsafeRawPointer(memory.2.pointer) : nil,
      ldo: start == .matrix ? Int64(columns + 4) : 0)
    table.product(c.pointer, memory.0.pointer, memory.1.pointer, &shape)
    #expect(c.isFenceIntact)
    let expected = (0..<rows * columns).map { index -> (value: Double, size: Double) in
      let (row, column) = (index / columns, index % columns)
      var sum =
        switch start {
        case .nothing: 0.0
        case .result: Double(before[index])
        case .row: Double(offsets[column])
        case .matrix: Double(offsets[row * (columns + 4) + column])
        }
      var size = abs(sum)
      for k in 0..<inner {
        let left = Double(a.close[ta ? k * rows + row : row * inner + k])
        let right = Double(b.close[tb ? column * inner + k : k * columns + column])
        sum += left * right
        size += abs(left * right)
      }
      return (value: sum, size: size)
    }
    expectNear(
      c.numbers, expected, units: Double(inner + 2),
      "\(rows) \(columns) \(inner) \(ta) \(tb) \(start)")
  }

  /// Numbers, and the same with NaN between their rows.
  private func apart(
    _ count: Int, _ name: String, width: Int, by: Int
  ) -> (close: [Number], spread: [Number]) {
    let close = drawn(count, name, -1, 1)
    let gap = [Number](repeating: .nan, count: by)
    if width == 0 { return (close, gap) }
    return (
      close,
      (0..<count / width).flatMap { close[$0 * width..<($0 + 1) * width] + gap } + gap
    )
  }
}
