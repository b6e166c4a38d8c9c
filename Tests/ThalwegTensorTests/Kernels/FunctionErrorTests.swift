import CKernels
import Testing
import ThalwegTensor

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The errors that functions in Float state, over their whole range, against the C library in Double.
@Suite struct FunctionErrorTests {
  /// A function, where its bound holds, and the bound itself.
  struct Bound: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let function: tw_unary
    var a = 0.0
    var low = -Float.infinity
    /// In units in the last place of the result, or of max(1, |x|) / 2 where `isAbsolute`.
    let units: Double
    var isAbsolute = false
    let exact: @Sendable (Double) -> Double
  }

  static let bounds = [
    Bound(testDescription: "exp", function: TW_EXPONENTIAL, low: -87.33, units: 2) { exp($0) },
    Bound(testDescription: "expm1", function: TW_EXPM1, units: 2) { expm1($0) },
    Bound(testDescription: "log", function: TW_LOGARITHM, units: 1) { log($0) },
    Bound(testDescription: "log1p", function: TW_LOG1P, units: 2) { log1p($0) },
    Bound(testDescription: "tanh", function: TW_TANH, units: 3) { tanh($0) },
    Bound(testDescription: "erf", function: TW_ERF, units: 2) { erf($0) },
    Bound(testDescription: "sigmoid", function: TW_SIGMOID, low: -87.33, units: 3) {
      1 / (1 + exp(-$0))
    },
    Bound(testDescription: "softplus", function: TW_SOFTPLUS, low: -87.33, units: 3) {
      $0 > 40 ? $0 : log1p(exp($0))
    },
    Bound(testDescription: "x^2.7", function: TW_POWER_OF, a: 2.7, units: 1) { pow($0, 2.7) },
    Bound(testDescription: "x^-3", function: TW_POWER_OF, a: -3, units: 1) { pow($0, -3) },
    Bound(testDescription: "silu", function: TW_SILU, units: 3, isAbsolute: true) {
      $0 < -1000 ? 0 : $0 / (1 + exp(-$0))
    },
    Bound(testDescription: "gelu", function: TW_GELU, units: 3, isAbsolute: true) {
      $0 < -1000 ? 0 : 0.5 * $0 * erfc(-$0 / 2.0.squareRoot())
    },
    Bound(testDescription: "gelu by tanh", function: TW_GELU_TANH, units: 3, isAbsolute: true) {
      let scale = (2 / Double.pi).squareRoot()
      return $0 < -1000 ? 0 : 0.5 * $0 * (1 + tanh(scale * ($0 + 0.044715 * $0 * $0 * $0)))
    },
  ]

  /// One number in each 8,192 of all that Float has, both signs, subnormals and NaN among them.
  static let inputs: [Float] = (0..<(UInt32(1) << 19)).map { index in
    Float(bitPattern: index << 13 | (index &* 2_654_435_761) >> 19)
  }

  @Test(arguments: bounds, KernelLevel.available)
  func `the error stays below its bound over the whole range`(
    _ bound: Bound, _ level: KernelLevel
  ) throws {
    let table = try Machine(level: level, threads: 1).kernels(.float32)
    let keeper = MemoryKeeper<Float>()
    defer { keeper.free() }
    let (x, y) = (keeper.memory(Self.inputs), keeper.memory(result: Self.inputs.count))
    table.pointee.unary(bound.function, y.pointer, x.pointer, bound.a, 0, Int64(x.count))
    var (worst, worstAt, compared, wrong) = (0.0, Float(0), 0, 0)
    for index in Self.inputs.indices where !(Self.inputs[index] < bound.low) {
      let (x, got) = (Self.inputs[index], y.pointer[index])
      let exact = bound.exact(Double(x))
      let rounded = Float(exact)
      if !rounded.isFinite || !got.isFinite {
        // exp and expm1 are infinite from 88.72 on, a thousandth before the largest number is passed.
        let early = got == .infinity && x > 88.72 && bound.function.rawValue <= TW_EXPM1.rawValue
        if !(rounded.isNaN && got.isNaN) && rounded != got && !early { wrong += 1 }
        continue
      }
      let unit =
        bound.isAbsolute
        ? 0x1p-24 * max(1, abs(Double(x)))
        : Double(max(rounded.magnitude, .leastNormalMagnitude).ulp)
      let error = abs(Double(got) - exact) / unit
      compared += 1
      if error > worst { (worst, worstAt) = (error, x) }
    }
    #expect(compared > 100_000)
    #expect(wrong == 0)
    #expect(worst < bound.units, "\(worst) units at \(worstAt)")
    // A bound that is far too wide would let a worse polynomial pass.
    #expect(worst > bound.units / 4, "\(worst) units at \(worstAt)")
  }
}
