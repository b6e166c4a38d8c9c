import CKernels
import Testing
import ThalwegTensor

/// Products of small matrices.
extension KernelCheck {
  /// Rows, columns, inner: whole and part vectors and tiles, none at all, more depth than one pass.
  private var productShapes: [(Int, Int, Int)] {
    [
      (1, 1, 1), (3, 5, 2), (4, 16, 7), (8, 48, 9), (9, 33, 17), (13, 100, 5), (17, 64, 300),
      (5, 3, 0),
      (0, 4, 3), (6, 0, 3), (25, 97, 257),
    ]
  }

  func product() {
    for (rows, columns, inner) in productShapes {
      for (ta, tb, adds) in [
        (false, false, false), (true, false, true), (false, true, true), (true, true, false),
      ] {
        let (a, b) = (drawn(rows * inner, "a", -1, 1), drawn(inner * columns, "b", -1, 1))
        let before = drawn(rows * columns, "c", -1, 1)
        let c = adds ? keeper.memory(before) : keeper.memory(result: rows * columns)
        let memory = (keeper.memory(a), keeper.memory(b))
        var shape = tw_product(
          rows: Int64(rows), columns: Int64(columns), inner: Int64(inner),
          lda: Int64(ta ? rows : inner), ldb: Int64(tb ? inner : columns), ldc: Int64(columns),
          transposes_a: ta ? 1 : 0, transposes_b: tb ? 1 : 0, adds: adds ? 1 : 0, offsets: nil,
          ldo: 0)
        table.product(c.pointer, memory.0.pointer, memory.1.pointer, &shape)
        #expect(c.isFenceIntact)
        let expected = (0..<rows * columns).map { index -> (value: Double, size: Double) in
          let (row, column) = (index / columns, index % columns)
          var (sum, size) = adds ? (Double(before[index]), abs(Double(before[index]))) : (0, 0)
          for k in 0..<inner {
            let left = Double(a[ta ? k * rows + row : row * inner + k])
            let right = Double(b[tb ? column * inner + k : k * columns + column])
            sum += left * right
            size += abs(left * right)
          }
          return (value: sum, size: size)
        }
        expectNear(
          c.numbers, expected, units: Double(inner + 2), "\(rows) \(columns) \(inner) \(ta) \(tb)")
      }
    }
  }
}
