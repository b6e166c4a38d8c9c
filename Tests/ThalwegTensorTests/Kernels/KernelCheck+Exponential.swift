import CKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The exponential and the sigmoid made of it.
extension KernelCheck {
  /// From where the result is 0 to where it is infinite. In Double libm does the work; in Float
  /// our own polynomial does, which has no subnormal results.
  private var range: (low: Double, high: Double) {
    Number.self == Float.self ? (-87.33, 88.72) : (-745, 709.78)
  }

  func exponential() {
    let (low, high) = range
    for size in Self.sizes {
      let x = drawn(size, "x", low, high)
      let expected = x.map { x in (value: exp(Double(x)), size: exp(Double(x))) }
      expectNear(applied(table.exponential, x), expected, units: 2, "\(size)")
    }
    let edges: [Number] = [
      .infinity, -.infinity, .nan, 0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    ]
    expectSame(
      applied(table.exponential, edges), [.infinity, 0, .nan, 1, 1, 1, 1, 1, .infinity, 0])
  }

  func sigmoid() {
    for size in Self.sizes {
      let x = drawn(size, "x", -30, 30)
      let expected = x.map { x in
        let value = 1 / (1 + exp(-Double(x)))
        return (value: value, size: value)
      }
      expectNear(applied(table.sigmoid, x), expected, units: 4, "\(size)")
    }
    let edges: [Number] = [.infinity, -.infinity, .nan, 0, -0.0, 1000, -1000]
    expectSame(applied(table.sigmoid, edges), [1, 0, .nan, 0.5, 0.5, 1, 0])
  }
}
