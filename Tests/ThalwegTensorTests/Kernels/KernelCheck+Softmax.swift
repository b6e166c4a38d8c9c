import CKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Softmax and its logarithm.
extension KernelCheck {
  private typealias Rows =
    @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeRawPointer, tw_axis) ->
    Void
  private typealias RowsBackward =
    @convention(c) (
      UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeRawPointer, UnsafeRawPointer, tw_axis
    ) -> Void

  private func applied(_ kernel: Rows, _ x: [Number], _ axis: KernelAxis) -> [Number] {
    let (y, work) = (keeper.memory(result: x.count), keeper.memory(result: 2 * axis.inner))
    kernel(y.pointer, work.pointer, keeper.memory(x).pointer, axis.raw)
    #expect(y.isFenceIntact && work.isFenceIntact)
    return y.numbers
  }

  private func applied(
    _ kernel: RowsBackward, _ y: [Number], _ dy: [Number], _ axis: KernelAxis
  ) -> [Number] {
    let (dx, work) = (keeper.memory(result: y.count), keeper.memory(result: 2 * axis.inner))
    kernel(
      dx.pointer, work.pointer, keeper.memory(y).pointer, keeper.memory(dy).pointer, axis.raw)
    #expect(dx.isFenceIntact && work.isFenceIntact)
    return dx.numbers
  }

  /// The entries of each slice in Double, through `body`, put back in their places.
  private func along(
    _ axis: KernelAxis, _ body: ([Int]) -> [(value: Double, size: Double)]
  ) -> [(value: Double, size: Double)] {
    var result = [(value: Double, size: Double)](repeating: (0, 0), count: axis.count)
    for index in 0..<axis.results {
      let places = axis.places(index)
      for (place, entry) in zip(places, body(places)) { result[place] = entry }
    }
    return result
  }

  private func logSum(_ x: [Double]) -> Double {
    let most = x.max() ?? 0
    return most + log(x.reduce(0) { $0 + exp($1 - most) })
  }

  func softmax() {
    for axis in KernelAxis.all {
      let x = drawn(axis.count, "x", -15, 15)
      let expected = along(axis) { places in
        let numbers = places.map { Double(x[$0]) }
        let sum = logSum(numbers)
        return numbers.map { (exp($0 - sum), 8 * exp($0 - sum)) }
      }
      expectNear(
        applied(table.softmax, x, axis), expected, units: Double(axis.extent + 4), "\(axis)")
    }
    let rows: [Number] = [-.infinity, 3, 3, -.infinity, -.infinity, -.infinity]
    expectSame(applied(table.softmax, rows, KernelAxis(2, 3, 1)), [0, 0.5, 0.5, 0, 0, 0])
    let columns: [Number] = [-.infinity, 3, -.infinity, 3]
    expectSame(applied(table.softmax, columns, KernelAxis(1, 2, 2)), [0, 0.5, 0, 0.5])
    expectSame(applied(table.softmax, [1, .nan, 2], KernelAxis(1, 3, 1)), [.nan, .nan, .nan])
    let large = Number.greatestFiniteMagnitude
    expectSame(applied(table.softmax, [large, -large], KernelAxis(1, 2, 1)), [1, 0])
  }

  func softmaxBackward() {
    for axis in KernelAxis.all {
      let (y, dy) = (drawn(axis.count, "y", 0, 1), drawn(axis.count, "dy", -2, 2))
      let expected = along(axis) { places in
        let products = places.map { Double(y[$0]) * Double(dy[$0]) }
        let (dot, size) = (products.reduce(0, +), products.reduce(0) { $0 + abs($1) })
        return places.map { place in
          let share = Double(y[place])
          return (share * (Double(dy[place]) - dot), share * (abs(Double(dy[place])) + size))
        }
      }
      expectNear(
        applied(table.softmax_backward, y, dy, axis), expected, units: Double(axis.extent + 4),
        "\(axis)")
    }
    let nothing = applied(table.softmax_backward, [0, 0], [5, -7], KernelAxis(1, 2, 1))
    #expect(nothing.allSatisfy { $0 == 0 })
  }

  func logSoftmax() {
    for axis in KernelAxis.all {
      let x = drawn(axis.count, "x", -15, 15)
      let expected = along(axis) { places in
        let numbers = places.map { Double(x[$0]) }
        let sum = logSum(numbers)
        return numbers.map { ($0 - sum, 30) }
      }
      expectNear(
        applied(table.log_softmax, x, axis), expected, units: Double(axis.extent), "\(axis)")
    }
    let rows: [Number] = [-.infinity, 3, -.infinity, -.infinity]
    expectSame(
      applied(table.log_softmax, rows, KernelAxis(2, 2, 1)),
      [-.infinity, 0, -.infinity, -.infinity])
    expectSame(applied(table.log_softmax, [1, .nan, 2], KernelAxis(1, 3, 1)), [.nan, .nan, .nan])
  }

  func logSoftmaxBackward() {
    for axis in KernelAxis.all {
      let (y, dy) = (drawn(axis.count, "y", -9, 0), drawn(axis.count, "dy", -2, 2))
      let expected = along(axis) { places in
        let sum = places.reduce(0) { $0 + Double(dy[$1]) }
        let size = places.reduce(0) { $0 + abs(Double(dy[$1])) }
        return places.map { place in
          let share = exp(Double(y[place]))
          return (Double(dy[place]) - share * sum, abs(Double(dy[place])) + share * size)
        }
      }
      expectNear(
        applied(table.log_softmax_backward, y, dy, axis), expected,
        units: Double(axis.extent + 4), "\(axis)")
    }
    let rows: [Number] = [-.infinity, 0, -.infinity, -.infinity]
    expectSame(
      applied(table.log_softmax_backward, rows, [2, 3, 4, 5], KernelAxis(2, 2, 1)), [2, -2, 0, 0])
  }
}
