import CKernels
import Testing
import ThalwegTensor

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The error that the exponential in Float states: below 2 units in the last place.
@Suite struct ExponentialTests {
  private func results(_ x: [Float], _ level: KernelLevel) throws -> [Float] {
    let table = try Machine(level: level, threads: 1).kernels(.float32)
    let keeper = MemoryKeeper<Float>()
    defer { keeper.free() }
    let (y, source) = (keeper.memory(result: x.count), keeper.memory(x))
    table.pointee.unary(TW_EXPONENTIAL, y.pointer, source.pointer, 0, 0, Int64(x.count))
    return y.numbers
  }

  @Test(arguments: KernelLevel.available)
  func `the error stays below two units over the whole range`(_ level: KernelLevel) throws {
    // Steps of 2^-12 over the range, and the neighbours of each number that rounds k the other way.
    var x = stride(from: -87.33, through: 88.72, by: 0x1p-12).map { Float($0) }
    for k in -125...127 {
      let middle = Float((Double(k) + 0.5) * 0.6931471805599453)
      x += [middle.nextDown, middle, middle.nextUp].filter { $0 >= -87.33 && $0 <= 88.72 }
    }
    let got = try results(x, level)
    var worst = 0.0
    for (x, y) in zip(x, got) {
      let exact = exp(Double(x))
      worst = max(worst, abs(Double(y) - exact) / Double(Float(exact).ulp))
    }
    #expect(worst < 2)
  }

  @Test(arguments: KernelLevel.available)
  func `below the range is 0, above it infinity`(_ level: KernelLevel) throws {
    let (low, high) = (Float(-87.33), Float(88.72))
    let got = try results([low, low.nextDown, -100, high, high.nextUp, 1000], level)
    #expect(got[0] >= .leastNormalMagnitude && got[0] < 1.2e-38)
    // exp(-87.34) is a normal number's neighbour and exp(-100) subnormal: both are flushed to 0.
    #expect(got[1] == 0 && got[1].sign == .plus)
    #expect(got[2] == 0 && got[2].sign == .plus)
    #expect(got[3].isFinite && got[3] > 3.3e38)
    #expect(got[4] == .infinity)
    #expect(got[5] == .infinity)
  }

  @Test(arguments: KernelLevel.available)
  func `the result rises with its argument across the joints`(_ level: KernelLevel) throws {
    for k in -120...120 {
      let middle = Float((Double(k) + 0.5) * 0.6931471805599453)
      let step = max(middle.magnitude, 1) * 0x1p-21
      let got = try results((-8...8).map { middle + Float($0) * step }, level)
      #expect(zip(got, got.dropFirst()).allSatisfy { $0 <= $1 }, "\(k)")
    }
  }
}
