import CKernels
import Testing
import ThalwegTensor

/// Each function of the table, at each level that this machine runs, in both precisions.
@Suite struct KernelTests {
  @Test func `no function of the table is without a check`() {
    // Before them the table holds one number.
    let functions = MemoryLayout<tw_kernels>.size / MemoryLayout<OpaquePointer>.size - 1
    #expect(KernelEntry.allCases.count == functions)
  }

  @Test(arguments: KernelEntry.allCases, KernelLevel.available)
  func `agrees with plain Swift in Float`(_ entry: KernelEntry, _ level: KernelLevel) throws {
    try KernelCheck<Float>(level).run(entry)
  }

  @Test(arguments: KernelEntry.allCases, KernelLevel.available)
  func `agrees with plain Swift in Double`(_ entry: KernelEntry, _ level: KernelLevel) throws {
    try KernelCheck<Double>(level).run(entry)
  }
}
