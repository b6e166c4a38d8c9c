#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Functions of the C library in Double, which the kernels are compared with.
enum KernelMath {
  static func exponential(_ x: Double) -> Double { exp(x) }
  static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
  static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
}
