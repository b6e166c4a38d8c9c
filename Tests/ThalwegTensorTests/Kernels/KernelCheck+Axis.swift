import CKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reductions along an axis.
extension KernelCheck {
  private static var reductions: [tw_reduction] {
    [
      TW_VARIANCE, TW_STANDARD_DEVIATION, TW_SMALLEST, TW_LARGEST, TW_LOG_SUM_EXP, TW_L1_NORM,
      TW_L2_NORM, TW_INFINITY_NORM,
    ]
  }

  /// Coarse numbers for the choices, so that there are ties.
  private func numbers(_ kind: tw_reduction, _ count: Int) -> [Number] {
    switch kind {
    case TW_SMALLEST, TW_LARGEST, TW_INFINITY_NORM:
      drawn(count, "coarse", -4, 4).map { $0.rounded() }
    case TW_LOG_SUM_EXP: drawn(count, "x", -30, 30)
    default: drawn(count, "x")
    }
  }

  static func squaresAbout(_ x: [Double]) -> Double {
    let mean = x.reduce(0, +) / Double(x.count)
    return x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  private func oracle(_ kind: tw_reduction, _ x: [Double], _ correction: Double) -> Double {
    let freedom = Double(x.count) - correction
    let variance = freedom > 0 ? Self.squaresAbout(x) / freedom : .nan
    let largest = x.max() ?? -.infinity
    return switch kind {
    case TW_VARIANCE: variance
    case TW_STANDARD_DEVIATION: variance.squareRoot()
    case TW_SMALLEST: x.min() ?? .infinity
    case TW_LARGEST: largest
    case TW_LOG_SUM_EXP: largest + log(x.reduce(0) { $0 + exp($1 - largest) })
    case TW_L1_NORM: x.reduce(0) { $0 + abs($1) }
    case TW_L2_NORM: x.reduce(0) { $0 + $1 * $1 }.squareRoot()
    default: x.map(abs).max() ?? 0
    }
  }

  private func reduced(
    _ kind: tw_reduction, _ x: [Number], _ axis: KernelAxis, correction: Double = 0
  ) -> (y: Memory<Number>, work: Memory<Number>) {
    let (y, work) = (keeper.memory(result: axis.results), keeper.memory(result: 2 * axis.results))
    table.reduce_axis(
      kind, y.pointer, work.pointer, keeper.memory(x).pointer, correction, axis.raw)
    #expect(y.isFenceIntact && work.isFenceIntact)
    return (y, work)
  }

  func reduceAxis() {
    for kind in Self.reductions {
      for axis in KernelAxis.all {
        for correction in [0.0, 1] {
          let x = numbers(kind, axis.count)
          let expected = (0..<axis.results).map { index in
            let value = oracle(kind, axis.places(index).map { Double(x[$0]) }, correction)
            return (value: value, size: kind == TW_LOG_SUM_EXP ? max(1, abs(value)) : value)
          }
          expectNear(
            reduced(kind, x, axis, correction: correction).y.numbers, expected,
            units: Double(axis.extent + 8), "\(kind) \(axis)")
        }
      }
    }
    reduceNothing()
    reduceSpecial()
    normsAtTheEdges()
  }

  private func reduceNothing() {
    let none = KernelAxis(2, 0, 3)
    for (kind, value) in [
      (TW_VARIANCE, Number.nan), (TW_STANDARD_DEVIATION, .nan), (TW_LOG_SUM_EXP, -.infinity),
      (TW_L1_NORM, 0), (TW_L2_NORM, 0), (TW_INFINITY_NORM, 0),
    ] {
      let expected = [Number](repeating: value, count: 6)
      expectSame(reduced(kind, [], none).y.numbers, expected, "\(kind)")
    }
  }

  /// A NaN comes through wherever it stands; infinities are numbers.
  private func reduceSpecial() {
    for axis in [KernelAxis(1, 100, 1), KernelAxis(1, 3, 1), KernelAxis(1, 9, 2)] {
      for kind in Self.reductions {
        for place in [0, axis.count / 2, axis.count - 1] {
          var x = numbers(kind, axis.count)
          x[place] = .nan
          let y = reduced(kind, x, axis).y.numbers
          #expect(y[place % axis.inner].isNaN, "\(kind) \(axis) \(place)")
          if axis.inner == 2 { #expect(!y[1 - place % 2].isNaN, "\(kind)") }
        }
      }
      let low = [Number](repeating: -.infinity, count: axis.count)
      expectSame(
        reduced(TW_LOG_SUM_EXP, low, axis).y.numbers,
        [Number](repeating: -.infinity, count: axis.inner))
      var high = low
      high[axis.count - 1] = .infinity
      #expect(reduced(TW_LOG_SUM_EXP, high, axis).y.numbers.last == .infinity)
      #expect(reduced(TW_LARGEST, high, axis).y.numbers.last == .infinity)
      #expect(reduced(TW_SMALLEST, high, axis).y.numbers.last == -.infinity)
      #expect(reduced(TW_L2_NORM, high, axis).y.numbers.last == .infinity)
    }
  }

  /// Lengths whose squares no number of the precision holds.
  private func normsAtTheEdges() {
    let largest = Number.greatestFiniteMagnitude
    for scale in [largest / 8, .leastNormalMagnitude, .leastNonzeroMagnitude * 64] {
      let pair: [Number] = [3 * scale, -4 * scale]
      let expected = [(value: 5 * Double(scale), size: 5 * Double(scale))]
      expectNear(reduced(TW_L2_NORM, pair, KernelAxis(1, 2, 1)).y.numbers, expected, units: 2)
      let spread = pair.flatMap { [$0, $0] }
      expectNear(
        reduced(TW_L2_NORM, spread, KernelAxis(1, 2, 2)).y.numbers, expected + expected, units: 2)
    }
  }

  private func slope(
    _ kind: tw_reduction, _ v: Double, _ x: [Double], _ y: Double, _ correction: Double
  ) -> Double {
    let mean = x.reduce(0, +) / Double(x.count)
    let freedom = Double(x.count) - correction
    func share(_ isEqual: (Double) -> Bool) -> Double {
      isEqual(v) ? 1 / Double(x.count(where: isEqual)) : 0
    }
    let sign: Double = v > 0 ? 1 : (v < 0 ? -1 : 0)
    return switch kind {
    case TW_VARIANCE: 2 * (v - mean) / freedom
    case TW_STANDARD_DEVIATION: y == 0 ? 0 : (v - mean) / (freedom * y)
    case TW_SMALLEST, TW_LARGEST: share { $0 == y }
    case TW_LOG_SUM_EXP: exp(v - y)
    case TW_L1_NORM: sign
    case TW_L2_NORM: y == 0 ? 0 : v / y
    default: sign * share { abs($0) == y }
    }
  }

  func reduceAxisBackward() {
    for kind in Self.reductions {
      for axis in KernelAxis.all where axis.extent > 1 {
        let (x, dy) = (numbers(kind, axis.count), drawn(axis.results, "dy"))
        let forward = reduced(kind, x, axis, correction: 1)
        let (dx, share) = (keeper.memory(result: axis.count), keeper.memory(result: axis.results))
        table.reduce_axis_backward(
          kind, dx.pointer, share.pointer, keeper.memory(x).pointer, forward.y.pointer,
          forward.work.pointer, keeper.memory(dy).pointer, 1, axis.raw)
        #expect(dx.isFenceIntact && share.isFenceIntact)
        var expected = [(value: Double, size: Double)](repeating: (0, 0), count: axis.count)
        for index in 0..<axis.results {
          let places = axis.places(index)
          let along = places.map { Double(x[$0]) }
          let largest = along.map(abs).max() ?? 0
          for place in places {
            let slope = slope(kind, Double(x[place]), along, Double(forward.y.numbers[index]), 1)
            let value = Double(dy[index]) * slope
            // The mean in it is rounded by the size of what it is the mean of.
            let rounding = kind == TW_LOG_SUM_EXP ? 30 : (value == 0 ? 0 : 1)
            let isAbout = kind == TW_VARIANCE || kind == TW_STANDARD_DEVIATION
            let scale = kind == TW_VARIANCE ? 1 : Double(forward.y.numbers[index])
            let about = isAbout ? abs(Double(dy[index])) * largest / scale : 0
            expected[place] = (value, Double(rounding) * abs(value) + about)
          }
        }
        expectNear(dx.numbers, expected, units: 8, "\(kind) \(axis)")
      }
    }
    reduceBackwardAtTheEdges()
  }

  private func gradient(_ kind: tw_reduction, _ x: [Number]) -> [Number] {
    let axis = KernelAxis(1, x.count, 1)
    let forward = reduced(kind, x, axis)
    let (dx, share) = (keeper.memory(result: x.count), keeper.memory(result: 1))
    table.reduce_axis_backward(
      kind, dx.pointer, share.pointer, keeper.memory(x).pointer, forward.y.pointer,
      forward.work.pointer, keeper.memory([6]).pointer, 0, axis.raw)
    return dx.numbers
  }

  private func reduceBackwardAtTheEdges() {
    expectSame(gradient(TW_LARGEST, [2, 5, 5, 1, 5]), [0, 2, 2, 0, 2])
    expectSame(gradient(TW_SMALLEST, [2, 1, 5, 1]), [0, 3, 0, 3])
    expectSame(gradient(TW_INFINITY_NORM, [-5, 5, 2]), [-3, 3, 0])
    for kind in [TW_STANDARD_DEVIATION, TW_L1_NORM, TW_L2_NORM, TW_INFINITY_NORM] {
      #expect(gradient(kind, [0, 0, 0]).allSatisfy { $0 == 0 }, "\(kind)")
    }
    expectSame(gradient(TW_LOG_SUM_EXP, [-.infinity, -.infinity]), [0, 0])
    expectSame(gradient(TW_LOG_SUM_EXP, [-.infinity, 3]), [0, 6])
  }
}
