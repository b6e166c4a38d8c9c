import CKernels

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A function of one number in plain Swift, and its derivative.
struct UnaryCase {
  var a = 0.0
  var b = 0.0
  /// Where inputs are drawn from.
  var low = -4.0
  var high = 4.0
  /// What an error is measured by where the result is smaller than it.
  var floor = 0.0
  var slopeFloor = 0.0
  let value: (Double) -> Double
  let slope: (Double) -> Double

  /// The cases of a function; none for one that is not checked.
  static func of(_ function: tw_unary) -> [UnaryCase] {
    switch function {
    case TW_RELU:
      [
        UnaryCase {
          $0 <= 0 ? 0 : $0
        } slope: {
          $0 > 0 ? 1 : 0
        }
      ]
    case TW_LEAKY_RELU:
      [
        UnaryCase(a: 0.125) {
          $0 > 0 ? $0 : 0.125 * $0
        } slope: {
          $0 > 0 ? 1 : 0.125
        }
      ]
    case TW_ABSOLUTE:
      [
        UnaryCase {
          abs($0)
        } slope: {
          $0 > 0 ? 1 : ($0 < 0 ? -1 : 0 * $0)
        }
      ]
    case TW_CLAMP:
      [
        UnaryCase(a: -1.5, b: 0.25) {
          $0.isNaN ? $0 : Swift.min(Swift.max($0, -1.5), 0.25)
        } slope: {
          $0 >= -1.5 && $0 <= 0.25 ? 1 : 0
        }
      ]
    case TW_SQUARE:
      [
        UnaryCase {
          $0 * $0
        } slope: {
          2 * $0
        }
      ]
    case TW_SQUARE_ROOT:
      [
        UnaryCase(low: 0.01) {
          sqrt($0)
        } slope: {
          0.5 / sqrt($0)
        }
      ]
    case TW_RECIPROCAL:
      [
        UnaryCase(a: 3, low: 0.01) {
          3 / $0
        } slope: {
          -3 / $0 / $0
        }
      ]
    case TW_POWER_OF:
      [2.5, -1.5, 0.3].map { p in
        UnaryCase(a: p, low: 0.01) {
          pow($0, p)
        } slope: {
          p * pow($0, p - 1)
        }
      }
        + [0, 1, 3, -2].map { p in
          UnaryCase(a: p) {
            pow($0, p)
          } slope: {
            p == 0 ? 0 : p * pow($0, p - 1)
          }
        }
    case TW_EXPONENTIAL:
      [
        UnaryCase(low: -80, high: 80) {
          exp($0)
        } slope: {
          exp($0)
        }
      ]
    case TW_EXPM1:
      [
        UnaryCase(low: -20, high: 20) {
          expm1($0)
        } slope: {
          exp($0)
        }
      ]
    case TW_LOGARITHM:
      [
        UnaryCase(low: 0.001, high: 50) {
          log($0)
        } slope: {
          1 / $0
        }
      ]
    case TW_LOG1P:
      [
        UnaryCase(low: -0.99, high: 50) {
          log1p($0)
        } slope: {
          1 / (1 + $0)
        }
      ]
    case TW_TANH:
      [
        UnaryCase(slopeFloor: 1) {
          tanh($0)
        } slope: {
          1 - tanh($0) * tanh($0)
        }
      ]
    case TW_ERF:
      [
        UnaryCase(slopeFloor: 0.01) {
          erf($0)
        } slope: {
          2 / sqrt(Double.pi) * exp(-$0 * $0)
        }
      ]
    default: smooth(function)
    }
  }

  /// The logistic function and those made of it.
  private static func smooth(_ function: tw_unary) -> [UnaryCase] {
    func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    func density(_ x: Double) -> Double { exp(-x * x / 2) / sqrt(2 * Double.pi) }
    func normal(_ x: Double) -> Double { erfc(-x / sqrt(2)) / 2 }
    // Out there each has reached its limit, which infinity times 0 would hide.
    func within(_ x: Double) -> Double { x < -200 ? -200 : (x > 200 ? 200 : x) }
    switch function {
    case TW_SIGMOID:
      return [
        UnaryCase(low: -30, high: 30, slopeFloor: 1) {
          logistic($0)
        } slope: {
          logistic($0) * (1 - logistic($0))
        }
      ]
    case TW_SOFTPLUS:
      return [
        UnaryCase(low: -30, high: 30) {
          $0 > 40 ? $0 : log1p(exp($0))
        } slope: {
          logistic($0)
        }
      ]
    case TW_SILU:
      return [
        UnaryCase(low: -20, high: 20, floor: 1, slopeFloor: 8) {
          $0 < -200 ? -0.0 : $0 * logistic($0)
        } slope: {
          let x = within($0)
          return logistic(x) * (1 + x * (1 - logistic(x)))
        }
      ]
    case TW_GELU:
      return [
        UnaryCase(low: -8, high: 8, floor: 1, slopeFloor: 4) {
          $0 < -200 ? -0.0 : $0 * normal($0)
        } slope: {
          let x = within($0)
          return normal(x) + x * density(x)
        }
      ]
    case TW_GELU_TANH:
      let scale = sqrt(2 / Double.pi)
      return [
        UnaryCase(low: -8, high: 8, floor: 1, slopeFloor: 8) {
          $0 < -200 ? -0.0 : 0.5 * $0 * (1 + tanh(scale * ($0 + 0.044715 * $0 * $0 * $0)))
        } slope: {
          let x = within($0)
          let t = tanh(scale * (x + 0.044715 * x * x * x))
          return 0.5 * (1 + t)
            + 0.5 * x * (1 - t * t) * scale * (1 + 3 * 0.044715 * x * x)
        }
      ]
    default: return []
    }
  }

  private init(
    a: Double = 0, b: Double = 0, low: Double = -4, high: Double = 4, floor: Double = 0,
    slopeFloor: Double = 0, _ value: @escaping (Double) -> Double,
    slope: @escaping (Double) -> Double
  ) {
    self.a = a
    self.b = b
    self.low = low
    self.high = high
    self.floor = floor
    self.slopeFloor = slopeFloor
    self.value = value
    self.slope = slope
  }
}
