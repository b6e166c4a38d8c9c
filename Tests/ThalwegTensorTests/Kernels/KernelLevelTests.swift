import CKernels
import Testing
import ThalwegTensor

/// What the levels promise each other, beyond each agreeing with the oracle.
@Suite struct KernelLevelTests {
  private static let count = 1003

  private func drawn(_ path: String) -> [Float] {
    let stream = RandomStream(seed: 21, path: path)
    return (0..<Self.count).map { Float(4 * stream.uniform($0) - 2) }
  }

  @Test(arguments: KernelLevel.available)
  func `sums repeat bit by bit and stay near the baseline's`(_ level: KernelLevel) throws {
    let keeper = MemoryKeeper<Float>()
    defer { keeper.free() }
    let x = keeper.memory(drawn("x"))
    let table = try Machine(level: level, threads: 1).kernels(.float32)
    let baseline = try Machine(level: .baseline, threads: 1).kernels(.float32)
    let sum = table.pointee.sum(x.pointer, Int64(Self.count))
    for _ in 0..<5 { #expect(table.pointee.sum(x.pointer, Int64(Self.count)) == sum) }
    #expect(abs(sum - baseline.pointee.sum(x.pointer, Int64(Self.count))) < 1e-3)
  }

  @Test(arguments: KernelLevel.available)
  func `the exponential stays within a unit of the baseline's`(_ level: KernelLevel) throws {
    let keeper = MemoryKeeper<Float>()
    defer { keeper.free() }
    let x = keeper.memory(drawn("x").map { $0 * 40 })
    func result(_ level: KernelLevel) throws -> [Float] {
      let y = keeper.memory(result: Self.count)
      let table = try Machine(level: level, threads: 1).kernels(.float32)
      table.pointee.unary(TW_EXPONENTIAL, y.pointer, x.pointer, 0, 0, Int64(Self.count))
      return y.numbers
    }
    for (got, expected) in zip(try result(level), try result(.baseline)) {
      #expect(abs(got - expected) <= 2 * expected.ulp)
    }
  }
}
