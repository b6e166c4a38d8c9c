import CKernels
import Testing

/// Functions of one number and their derivatives.
extension KernelCheck {
  static var functions: [tw_unary] { (0..<UInt32(TW_UNARY_COUNT)).map { tw_unary($0) } }

  private func applied(_ function: tw_unary, _ x: [Number], _ a: Double, _ b: Double) -> [Number] {
    let (y, x) = (keeper.memory(result: x.count), keeper.memory(x))
    table.unary(function, y.pointer, x.pointer, a, b, Int64(x.count))
    #expect(y.isFenceIntact)
    return y.numbers
  }

  private func derived(
    _ function: tw_unary, _ x: [Number], _ cotangent: [Number], _ a: Double, _ b: Double
  ) -> [Number] {
    let y = keeper.memory(applied(function, x, a, b))
    let (dx, dy) = (keeper.memory(result: x.count), keeper.memory(cotangent))
    let source = keeper.memory(x)
    table.unary_backward(
      function, dx.pointer, source.pointer, y.pointer, dy.pointer, a, b, Int64(x.count))
    #expect(dx.isFenceIntact)
    return dx.numbers
  }

  func unary() {
    for function in Self.functions {
      let cases = UnaryCase.of(function)
      #expect(!cases.isEmpty, "function \(function.rawValue) has no check")
      for known in cases {
        for x in Self.sizes.map({ drawn($0, "x", known.low, known.high) }) + [Number.special] {
          let expected = x.map { x in
            let value = known.value(Double(x))
            return (value: value, size: value.isFinite ? max(abs(value), known.floor) : 0)
          }
          expectNear(
            applied(function, x, known.a, known.b), expected, units: 4,
            "function \(function.rawValue)(\(known.a)) of \(x.count)")
        }
      }
    }
    // Odd functions keep the sign of a zero.
    for function in [TW_TANH, TW_ERF, TW_EXPM1, TW_LOG1P, TW_SQUARE_ROOT, TW_SILU, TW_GELU] {
      expectSame(applied(function, [-0.0, 0], 0, 0), [-0.0, 0], "function \(function.rawValue)")
    }
  }

  func unaryBackward() {
    for function in Self.functions {
      let cases = UnaryCase.of(function)
      #expect(!cases.isEmpty, "function \(function.rawValue) has no check")
      for known in cases {
        for size in Self.sizes {
          let (x, dy) = (drawn(size, "x", known.low, known.high), drawn(size, "dy"))
          let expected = zip(x, dy).map { x, dy in
            let slope = known.slope(Double(x))
            return (value: slope * Double(dy), size: max(abs(slope), known.slopeFloor) * Double(dy))
          }
          expectNear(
            derived(function, x, dy, known.a, known.b), expected, units: 8,
            "slope \(function.rawValue)(\(known.a)) of \(x.count)")
        }
      }
    }
    // Kinks, bounds and ends.
    let dy = [Number](repeating: 3, count: 4)
    expectSame(derived(TW_RELU, [0, -0.0, 1, -.infinity], dy, 0, 0), [0, 0, 3, 0])
    expectSame(derived(TW_LEAKY_RELU, [0, -0.0, .nan, -1], dy, 0.5, 0), [1.5, 1.5, 1.5, 1.5])
    expectSame(derived(TW_ABSOLUTE, [0, .nan, .infinity, -1], dy, 0, 0), [0, .nan, 3, -3])
    expectSame(derived(TW_CLAMP, [-1, 2, 2.5, .nan], dy, -1, 2), [3, 3, 0, 0])
    expectSame(
      derived(TW_SQUARE_ROOT, [0, .infinity, .nan, 9], dy, 0, 0), [.infinity, 0, .nan, 0.5])
    expectSame(derived(TW_POWER_OF, [0, .nan, .infinity, -1], dy, 0, 0), [0, 0, 0, 0])
    expectSame(derived(TW_POWER_OF, [0, -1, 1, 2], dy, 2, 0), [0, -6, 6, 12])
    for function in [TW_SILU, TW_GELU, TW_GELU_TANH, TW_SOFTPLUS] {
      let ends: [Number] = [.infinity, .greatestFiniteMagnitude, -.infinity, .nan]
      let got = derived(function, ends, dy, 0, 0)
      #expect(got[0] == 3 && got[1] == 3 && got[2] == 0 && got[3].isNaN, "\(function.rawValue)")
    }
    for function in [TW_TANH, TW_ERF, TW_SIGMOID] {
      let got = derived(function, [.infinity, -.infinity, 1000, .nan], dy, 0, 0)
      #expect(got[0] == 0 && got[1] == 0 && got[2] == 0 && got[3].isNaN, "\(function.rawValue)")
    }
  }
}
