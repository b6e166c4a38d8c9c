import CKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Cross entropy of rows of logits, to classes and to probabilities.
extension KernelCheck {
  private static var tables: [(rows: Int, columns: Int)] {
    [(0, 3), (1, 1), (1, 7), (5, 10), (3, 64), (2, 1100)]
  }

  /// A row with the logarithm of its softmax.
  private func logSoftmax(_ x: [Number], _ row: Int, _ columns: Int) -> [Double] {
    let numbers = x[row * columns..<(row + 1) * columns].map { Double($0) }
    let most = numbers.max() ?? 0
    let sum = most + log(numbers.reduce(0) { $0 + exp($1 - most) })
    return numbers.map { $0 - sum }
  }

  private func mask(_ rows: Int) -> [Number] { (0..<rows).map { [1, 0, 0.5][$0 % 3] } }

  private func classes(_ rows: Int, _ columns: Int, _ mask: [Number]?) -> [Int32] {
    let draws = drawn(rows, "class", 0, 1)
    return (0..<rows).map { row in
      // A class that no row has must not matter where the row is not observed.
      mask?[row] == 0 ? 1 << 30 : Int32(Double(draws[row]) * Double(columns))
    }
  }

  private func optional(_ numbers: [Number]?) -> UnsafeRawPointer? {
    numbers.map { UnsafeRawPointer(keeper.memory($0).pointer) }
  }

  /// Rows that are not observed hold what must not matter.
  private func soiled(_ x: [Number], _ columns: Int, _ mask: [Number]?) -> [Number] {
    x.enumerated().map { mask?[$0 / columns] == 0 ? .nan : $1 }
  }

  private func targets(
    _ classes: [Int32], _ columns: Int, _ smoothing: Double
  ) -> [Double] {
    classes.flatMap { chosen in
      (0..<columns).map {
        (Int32($0) == chosen ? 1 - smoothing : 0) + smoothing / Double(columns)
      }
    }
  }

  /// Calls `body` with each size, mask and smoothing: logits, classes and mask.
  private func forEachTable(
    _ body: (Int, Int, [Number], [Int32], [Number]?, Double) -> Void
  ) {
    for (rows, columns) in Self.tables {
      for mask in [nil, mask(rows)] {
        let x = soiled(drawn(rows * columns, "x", -10, 10), columns, mask)
        for smoothing in [0, 0.1] {
          body(rows, columns, x, classes(rows, columns, mask), mask, smoothing)
        }
      }
    }
  }

  /// The sum over the observed rows, and what was added up.
  private func expected(
    _ rows: Int, _ columns: Int, _ x: [Number], _ t: [Double], _ mask: [Number]?
  ) -> (value: Double, size: Double) {
    var (value, size) = (0.0, 0.0)
    for row in 0..<rows where mask?[row] != 0 {
      for (c, p) in logSoftmax(x, row, columns).enumerated() {
        value -= Double(mask?[row] ?? 1) * t[row * columns + c] * p
        size += t[row * columns + c] * 30
      }
    }
    return (value, size)
  }

  private func expectedSlopes(
    _ rows: Int, _ columns: Int, _ x: [Number], _ t: [Double], _ mask: [Number]?, _ scale: Double
  ) -> [(value: Double, size: Double)] {
    (0..<rows).flatMap { row -> [(value: Double, size: Double)] in
      guard mask?[row] != 0 else { return Array(repeating: (0, 0), count: columns) }
      let sum = t[row * columns..<(row + 1) * columns].reduce(0, +)
      let k = scale * Double(mask?[row] ?? 1)
      return logSoftmax(x, row, columns).enumerated().map { c, p in
        let target = t[row * columns + c]
        return (k * (exp(p) * sum - target), abs(k) * (exp(p) * sum + target))
      }
    }
  }

  func classCrossEntropy() {
    forEachTable { rows, columns, x, classes, mask, smoothing in
      let saved = keeper.memory(result: 2 * rows)
      let got = table.class_cross_entropy(
        saved.pointer, keeper.memory(x).pointer, classes, optional(mask), smoothing, Int64(rows),
        Int64(columns))
      #expect(saved.isFenceIntact)
      let (value, size) = expected(
        rows, columns, x, targets(classes, columns, smoothing), mask)
      expectNear(
        got, value, size: size, units: Double(columns + 8), "[\(rows), \(columns)] \(smoothing)")
    }
    // Logits beyond what exp holds.
    let far = keeper.memory([2000, 0, -2000])
    let saved = keeper.memory(result: 2)
    #expect(table.class_cross_entropy(saved.pointer, far.pointer, [1], nil, 0, 1, 3) == 2000)
  }

  func classCrossEntropyBackward() {
    forEachTable { rows, columns, x, classes, mask, smoothing in
      let (saved, source) = (keeper.memory(result: 2 * rows), keeper.memory(x))
      let dx = keeper.memory(result: x.count)
      _ = table.class_cross_entropy(
        saved.pointer, source.pointer, classes, optional(mask), smoothing, Int64(rows),
        Int64(columns))
      table.class_cross_entropy_backward(
        dx.pointer, saved.pointer, source.pointer, classes, optional(mask), smoothing, -0.7,
        Int64(rows), Int64(columns))
      #expect(dx.isFenceIntact)
      expectNear(
        dx.numbers,
        expectedSlopes(
          rows, columns, x, targets(classes, columns, smoothing), mask, -0.7),
        units: Double(columns + 16), "[\(rows), \(columns)] \(smoothing)")
    }
  }

  /// Probabilities that need not add up to 1, some of them 0.
  private func chances(_ count: Int, _ columns: Int, _ mask: [Number]?) -> [Number] {
    let chances = drawn(count, "t", -0.2, 1).map { max($0, 0) }
    return soiled(chances, columns, mask)
  }

  func crossEntropy() {
    forEachTable { rows, columns, x, _, mask, _ in
      let (saved, t) = (keeper.memory(result: 2 * rows), chances(x.count, columns, mask))
      let got = table.cross_entropy(
        saved.pointer, keeper.memory(x).pointer, keeper.memory(t).pointer, optional(mask),
        Int64(rows), Int64(columns))
      #expect(saved.isFenceIntact)
      let (value, size) = expected(rows, columns, x, t.map { Double($0) }, mask)
      expectNear(got, value, size: size, units: Double(columns + 8), "[\(rows), \(columns)]")
    }
    // What is impossible and does not happen counts nothing.
    let (saved, x) = (keeper.memory(result: 2), keeper.memory([-.infinity, 3]))
    let t = keeper.memory([0, 1])
    #expect(table.cross_entropy(saved.pointer, x.pointer, t.pointer, nil, 1, 2) == 0)
  }

  func crossEntropyBackward() {
    forEachTable { rows, columns, x, _, mask, _ in
      let (saved, source) = (keeper.memory(result: 2 * rows), keeper.memory(x))
      let t = chances(x.count, columns, mask)
      let target = keeper.memory(t)
      _ = table.cross_entropy(
        saved.pointer, source.pointer, target.pointer, optional(mask), Int64(rows),
        Int64(columns))
      for operand in [Int32(0), 1] {
        let dx = keeper.memory(result: x.count)
        table.cross_entropy_backward(
          operand, dx.pointer, saved.pointer, source.pointer, target.pointer, optional(mask), -0.7,
          Int64(rows), Int64(columns))
        #expect(dx.isFenceIntact)
        let slopes =
          operand == 0
          ? expectedSlopes(rows, columns, x, t.map { Double($0) }, mask, -0.7)
          : (0..<rows).flatMap { row -> [(value: Double, size: Double)] in
            let k = 0.7 * Double(mask?[row] ?? 1)
            return k == 0
              ? Array(repeating: (0, 0), count: columns)
              : logSoftmax(x, row, columns).map { (k * $0, 30 * k) }
          }
        expectNear(
          dx.numbers, slopes, units: Double(columns + 16), "[\(rows), \(columns)] by \(operand)")
      }
    }
  }
}
