import CKernels
import Testing

/// Kernels of one or two numbers in and one number out.
extension KernelCheck {
  typealias Unary =
    @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, Int64) -> Void
  typealias Pair =
    @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, UnsafeRawPointer, Int64) -> Void

  func applied(_ kernel: Unary, _ x: [Number]) -> [Number] {
    let (y, x) = (keeper.memory(result: x.count), keeper.memory(x))
    kernel(y.pointer, x.pointer, Int64(x.count))
    #expect(y.isFenceIntact)
    return y.numbers
  }

  func applied(_ kernel: Pair, _ a: [Number], _ b: [Number]) -> [Number] {
    let (y, a, b) = (keeper.memory(result: a.count), keeper.memory(a), keeper.memory(b))
    kernel(y.pointer, a.pointer, b.pointer, Int64(a.count))
    #expect(y.isFenceIntact)
    return y.numbers
  }

  /// Inputs of all sizes, and one of the numbers at which arithmetic changes its ways.
  private var inputs: [[Number]] { Self.sizes.map { drawn($0, "x") } + [Number.special] }

  /// Pairs of inputs of all sizes, and each special number beside each.
  private var pairs: [([Number], [Number])] {
    let special = Number.special
    return Self.sizes.map { (drawn($0, "a"), drawn($0, "b")) }
      + [(special.flatMap { x in special.map { _ in x } }, special.flatMap { _ in special })]
  }

  private func expectExact(_ kernel: Unary, _ oracle: (Number) -> Number) {
    for x in inputs { expectSame(applied(kernel, x), x.map(oracle), "\(x.count)") }
  }

  private func expectExact(_ kernel: Pair, _ oracle: (Number, Number) -> Number) {
    for (a, b) in pairs {
      expectSame(applied(kernel, a, b), zip(a, b).map(oracle), "\(a.count)")
    }
  }

  /// Products of three and more factors may be rounded in another order.
  private func expectClose(_ kernel: Pair, _ oracle: (Double, Double) -> Double) {
    for size in Self.sizes {
      let (a, b) = (drawn(size, "a"), drawn(size, "b").map(abs))
      let expected = zip(a, b).map { a, b in
        let value = oracle(Double(a), Double(b))
        return (value: value, size: value)
      }
      expectNear(applied(kernel, a, b), expected, units: 2, "\(size)")
    }
  }

  func fill() {
    for size in Self.sizes {
      let y = keeper.memory(result: size)
      table.fill(y.pointer, 0.1, Int64(size))
      #expect(y.isFenceIntact)
      expectSame(y.numbers, [Number](repeating: Number(0.1), count: size))
    }
  }

  func accumulate() {
    for (a, b) in pairs {
      let (y, x) = (keeper.memory(a), keeper.memory(b))
      table.accumulate(y.pointer, x.pointer, Int64(a.count))
      #expect(y.isFenceIntact)
      expectSame(y.numbers, zip(a, b).map { $0 + $1 })
    }
  }

  static func oracle(_ kind: tw_binary) -> (Number, Number) -> Number {
    switch kind {
    case TW_ADD: { $0 + $1 }
    case TW_SUBTRACT: { $0 - $1 }
    case TW_MULTIPLY: { $0 * $1 }
    default: { $0 / $1 }
    }
  }

  static var kinds: [tw_binary] { [TW_ADD, TW_SUBTRACT, TW_MULTIPLY, TW_DIVIDE] }

  func binary() {
    for kind in Self.kinds {
      for (a, b) in pairs {
        let (y, x, z) = (keeper.memory(result: a.count), keeper.memory(a), keeper.memory(b))
        table.binary(kind, y.pointer, x.pointer, z.pointer, Int64(a.count))
        #expect(y.isFenceIntact)
        expectSame(y.numbers, zip(a, b).map(Self.oracle(kind)), "kind \(kind.rawValue)")
      }
    }
  }

  func affine() {
    for (scale, shift) in [(1.0, 0.0), (-1, 0), (-1.7, 0.3), (0, 2)] {
      for size in Self.sizes {
        let (y, x) = (keeper.memory(result: size), keeper.memory(drawn(size, "x")))
        table.affine(y.pointer, x.pointer, scale, shift, Int64(size))
        #expect(y.isFenceIntact)
        let (a, b) = (Double(Number(scale)), Double(Number(shift)))
        let expected = x.numbers.map { x in
          (value: a * Double(x) + b, size: abs(a * Double(x)) + abs(b))
        }
        expectNear(y.numbers, expected, units: 1, "\(size)")
      }
    }
    // Passing on a cotangent must not turn an infinity into a NaN, nor the other way round.
    let (y, x) = (keeper.memory(result: 3), keeper.memory([.infinity, -.infinity, .nan]))
    table.affine(y.pointer, x.pointer, -1, 0, 3)
    expectSame(y.numbers, [-.infinity, .infinity, .nan])
  }

  func relu() { expectExact(table.relu) { $0.isNaN ? $0 : ($0 > 0 ? $0 : 0) } }

  func reluBackward() { expectExact(table.relu_backward) { $0 > 0 ? $1 : 0 } }

  func square() { expectExact(table.square) { $0 * $0 } }

  func squareBackward() { expectClose(table.square_backward) { 2 * $0 * $1 } }

  func squareRoot() { expectExact(table.square_root) { $0.squareRoot() } }

  func squareRootBackward() {
    expectExact(table.square_root_backward) { y, cotangent in cotangent / 2 / y }
  }

  func absolute() { expectExact(table.absolute) { $0.magnitude } }

  func absoluteBackward() {
    let kernel = table.absolute_backward
    expectExact(kernel) { x, cotangent in
      x.isNaN ? .nan : (x > 0 ? cotangent : (x < 0 ? -cotangent : x))
    }
  }

  func sigmoidBackward() { expectClose(table.sigmoid_backward) { y, dy in dy * y * (1 - y) } }
}
