import CKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Kernels of one or two numbers in and one number out.
extension KernelCheck {
  /// Pairs of inputs of all sizes, and each special number beside each.
  private var pairs: [([Number], [Number])] {
    let special = Number.special
    return Self.sizes.map { (drawn($0, "a"), drawn($0, "b")) }
      + [(special.flatMap { x in special.map { _ in x } }, special.flatMap { _ in special })]
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

  /// What each function of two numbers is in plain Swift; nil for one that has no check.
  static func oracle(_ kind: tw_binary) -> ((Number, Number) -> Number)? {
    switch kind {
    case TW_ADD: { $0 + $1 }
    case TW_SUBTRACT: { $0 - $1 }
    case TW_MULTIPLY: { $0 * $1 }
    case TW_DIVIDE: { $0 / $1 }
    case TW_FIRST: { first, _ in first }
    case TW_MINIMUM: { $0.isNaN || $1.isNaN ? .nan : ($0 < $1 ? $0 : $1) }
    case TW_MAXIMUM: { $0.isNaN || $1.isNaN ? .nan : ($0 > $1 ? $0 : $1) }
    case TW_MINIMUM_SLOPE: { $0 == $1 ? 0.5 : ($0 > $1 ? 0 : 1) }
    case TW_MAXIMUM_SLOPE: { $0 == $1 ? 0.5 : ($0 < $1 ? 0 : 1) }
    case TW_POWER: { Number(pow(Double($0), Double($1))) }
    case TW_BASE_SLOPE: { $1 == 0 ? 0 : $1 * Number(pow(Double($0), Double($1) - 1)) }
    case TW_EXPONENT_SLOPE:
      {
        $0 == 0 && $1 >= 0
          ? 0 : Number(pow(Double($0), Double($1))) * Number(log(Double($0)))
      }
    default: nil
    }
  }

  /// Functions of two numbers that are not rounded once.
  private static func isPower(_ kind: tw_binary) -> Bool {
    kind == TW_POWER || kind == TW_BASE_SLOPE || kind == TW_EXPONENT_SLOPE
  }

  static var kinds: [tw_binary] { (0..<UInt32(TW_BINARY_COUNT)).map { tw_binary($0) } }

  /// The same bits, but for powers, whose logarithm and rounding may differ by some units.
  func expectBinary(
    _ kind: tw_binary, _ got: [Number], _ a: [Number], _ b: [Number],
    _ what: @autoclosure () -> String
  ) {
    guard let oracle = Self.oracle(kind) else {
      Issue.record("function \(kind.rawValue) of two numbers has no check")
      return
    }
    let expected = zip(a, b).map(oracle)
    if !Self.isPower(kind) {
      expectSame(got, expected, "kind \(kind.rawValue) \(what())")
      return
    }
    for index in got.indices where b[index].isFinite {
      let exact = Double(expected[index])
      // A product may overflow before a small factor brings it back.
      if kind != TW_POWER && !exact.isFinite { continue }
      expectNear(
        Double(got[index]), exact, size: exact, units: 4,
        "kind \(kind.rawValue) of \(a[index]), \(b[index])")
    }
  }

  func binary() {
    for kind in Self.kinds {
      for (a, b) in pairs {
        let (y, x, z) = (keeper.memory(result: a.count), keeper.memory(a), keeper.memory(b))
        table.binary(kind, y.pointer, x.pointer, z.pointer, Int64(a.count))
        #expect(y.isFenceIntact)
        expectBinary(kind, y.numbers, a, b, "of \(a.count)")
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

  func choose() {
    for size in Self.sizes {
      let (a, b) = (drawn(size, "a"), drawn(size, "b"))
      let mask: [Number] = drawn(size, "mask").map { $0 < 0 ? 0 : $0 }
      let (y, m) = (keeper.memory(result: size), keeper.memory(mask))
      let (first, second) = (keeper.memory(a), keeper.memory(b))
      table.choose(y.pointer, m.pointer, first.pointer, second.pointer, Int64(size))
      #expect(y.isFenceIntact)
      expectSame(y.numbers, (0..<size).map { mask[$0] == 0 ? b[$0] : a[$0] })
    }
    let (y, m) = (keeper.memory(result: 4), keeper.memory([1, 0, -0.0, .nan]))
    let first = keeper.memory([1, .nan, .infinity, 4])
    let second = keeper.memory([.nan, 2, -0.0, .infinity])
    table.choose(y.pointer, m.pointer, first.pointer, second.pointer, 4)
    expectSame(y.numbers, [1, 2, -0.0, 4])
  }
}
