import ThalwegTensor

/// The two precisions of the kernels.
protocol KernelNumber: BinaryFloatingPoint, Sendable {
  static var scalarType: ScalarType { get }
  var pattern: UInt64 { get }
}

extension Float: KernelNumber {
  static var scalarType: ScalarType { .float32 }
  var pattern: UInt64 { UInt64(bitPattern) }
}

extension Double: KernelNumber {
  static var scalarType: ScalarType { .float64 }
  var pattern: UInt64 { bitPattern }
}

extension KernelNumber {
  /// Numbers at which arithmetic changes its ways.
  static var special: [Self] {
    [
      0, -0.0, 1, -1, 0.5, 3, .infinity, -.infinity, .nan, .leastNonzeroMagnitude,
      -.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude,
    ]
  }
}
