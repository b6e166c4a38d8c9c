import CKernels
import Testing

/// The softmax of attention, its derivative, and rows that are kept.
extension KernelCheck {
  private static var scoreShapes: [(rows: Int, columns: Int)] {
    [(0, 4), (1, 1), (3, 7), (20, 16), (5, 40), (40, 5), (2, 1100)]
  }

  /// Masks of so many columns: none, mixed, one of zeros, one that begins with zeros.
  private func masks(_ columns: Int) -> [[Number]?] {
    let mixed = drawn(columns, "mask", 0, 1).map { $0 < 0.4 ? 0 : ($0 < 0.9 ? 1 : Number(0.5)) }
    let late = (0..<columns).map { Number($0 < columns / 2 ? 0 : 1) }
    return [nil, mixed, [Number](repeating: 0, count: columns), late]
  }

  /// Columns that the first row may look at: all, one, or some, as in a later block of rows.
  private func counts(_ columns: Int) -> [Int] { [columns, min(1, columns), columns / 2] }

  private func isSeen(_ row: Int, _ column: Int, _ mask: [Number]?, _ seen: Int) -> Bool {
    (mask?[column] ?? 1) != 0 && column < seen + row
  }

  /// The softmax, which comes out alike where what is needed to compute it again is kept, and then.
  private func softmax(
    _ scores: [Number], _ mask: [Number]?, _ rows: Int, _ columns: Int, _ seen: Int,
    _ scale: Double
  ) -> Memory<Number> {
    let weights = mask.map { UnsafeRawPointer(keeper.memory($0).pointer) }
    let kept = keeper.memory(result: 2 * rows)
    let places = [(nil, 0), (kept.pointer, 0), (kept.pointer, 1)].map { kept, again in
      let place = keeper.memory(scores)
      table.attention_softmax(
        place.pointer, kept, Int32(again), weights, Int64(rows), Int64(columns), Int64(seen), scale)
      #expect(place.isFenceIntact)
      return place
    }
    #expect(kept.isFenceIntact)
    for other in places[1...] { expectSame(other.numbers, places[0].numbers, "kept, again") }
    return places[0]
  }

  func attentionSoftmax() {
    for (rows, columns) in Self.scoreShapes {
      let scores = drawn(rows * columns, "scores", -4, 4)
      for mask in masks(columns) {
        for first in counts(columns) {
          let exact = (0..<rows).flatMap { row -> [(value: Double, size: Double)] in
            let powers = (0..<columns).map { column in
              isSeen(row, column, mask, first)
                ? KernelMath.exponential(0.5 * Double(scores[row * columns + column])) : 0
            }
            let total = powers.reduce(0, +)
            return powers.map { power in
              let share = total == 0 ? 0 : power / total
              return (value: share, size: share)
            }
          }
          let got = softmax(scores, mask, rows, columns, first, 0.5)
          expectNear(got.numbers, exact, units: 16, "\(rows) x \(columns) \(first)")
          expectNothingUnseen(scores, got.numbers, mask, rows, columns, first)
        }
      }
    }
    // What is kept is used: half the sum of the exponentials, twice the softmax.
    let (place, kept) = (keeper.memory([Number(0), 0]), keeper.memory([Number(0), 1]))
    table.attention_softmax(place.pointer, kept.pointer, 1, nil, 1, 2, 2, 1)
    expectSame(place.numbers, [1, 1])
    // Large scores do not overflow; a NaN that is seen comes through, in its own row alone.
    let large = softmax([1e30, 1e30, -1e30, 0], nil, 1, 4, 4, 1)
    expectSame(large.numbers, [0.5, 0.5, 0, 0])
    let broken = softmax([.nan, 1, 1, 1], nil, 2, 2, 2, 1).numbers
    #expect(broken[0].isNaN && broken[1].isNaN && broken[2] == 0.5 && broken[3] == 0.5)
  }

  /// Whatever stands where no row may look, the bits are the same.
  private func expectNothingUnseen(
    _ scores: [Number], _ clean: [Number], _ mask: [Number]?, _ rows: Int, _ columns: Int,
    _ first: Int
  ) {
    for anything in [Number.nan, .infinity, -.infinity, 1e6] {
      var poisoned = scores
      for row in 0..<rows {
        for column in 0..<columns where !isSeen(row, column, mask, first) {
          poisoned[row * columns + column] = anything
        }
      }
      let got = softmax(poisoned, mask, rows, columns, first, 0.5)
      expectSame(got.numbers, clean, "\(anything) unseen in \(rows) x \(columns)")
    }
  }

  func attentionSoftmaxBackward() {
    for (rows, columns) in Self.scoreShapes {
      let p = drawn(rows * columns, "p", 0, 1)
      let dp = drawn(rows * columns, "dp", -2, 2)
      for first in counts(columns) {
        let exact = (0..<rows).flatMap { row -> [(value: Double, size: Double)] in
          let seen = (0..<columns).filter { isSeen(row, $0, nil, first) }
          func product(_ column: Int) -> Double {
            Double(p[row * columns + column]) * Double(dp[row * columns + column])
          }
          let mean = seen.reduce(0) { $0 + product($1) }
          let size = seen.reduce(0) { $0 + abs(product($1)) }
          return (0..<columns).map { column in
            if !seen.contains(column) { return (value: 0, size: 0) }
            let (share, given) = (
              Double(p[row * columns + column]), Double(dp[row * columns + column])
            )
            return (value: 0.3 * share * (given - mean), size: 0.3 * share * (abs(given) + size))
          }
        }
        let (place, shares) = (keeper.memory(dp), keeper.memory(p))
        table.attention_softmax_backward(
          place.pointer, shares.pointer, Int64(rows), Int64(columns), Int64(first), 0.3)
        #expect(place.isFenceIntact)
        expectNear(
          place.numbers, exact, units: Double(columns) / 8 + 8, "\(rows) x \(columns) \(first)")
      }
    }
  }

  func keepRows() {
    for (rows, columns) in Self.scoreShapes {
      let stride = columns + 3
      let mask = drawn(rows, "mask", 0, 1).map { $0 < 0.4 ? Number(0) : $0 }
      var x = drawn(rows * stride, "x")
      for row in 0..<rows where mask[row] == 0 { x[row * stride] = .nan }
      let (source, weights) = (keeper.memory(x), keeper.memory(mask))
      let kept = keeper.memory(result: rows * columns)
      table.keep_rows(
        kept.pointer, source.pointer, weights.pointer, Int64(rows), Int64(columns), Int64(stride))
      #expect(kept.isFenceIntact)
      let expected = (0..<rows * columns).map { index in
        mask[index / columns] == 0 ? 0 : x[index / columns * stride + index % columns]
      }
      expectSame(kept.numbers, expected, "\(rows) x \(columns)")
    }
  }
}
