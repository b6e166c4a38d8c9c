import Testing
import ThalwegTensor

@Suite struct MachineTests {
  @Test(arguments: [0, -1, 1025])
  func `a number of threads that cannot be had is refused`(_ threads: Int) {
    #expect(throws: Machine.Unavailable.threads(threads)) { try Machine(threads: threads) }
  }

  @Test func `a level above the machine's is refused by name`() throws {
    let best = try #require(KernelLevel.available.last)
    for level in KernelLevel.allCases where level > best {
      #expect(throws: Machine.Unavailable.level(level, best: best)) { try Machine(level: level) }
    }
    let text = Machine.Unavailable.level(.x86v4, best: .baseline).description
    #expect(text.contains("--kernels") && text.contains("'x86-64-v4'"))
    #expect(text.contains("'baseline'"))
    #expect(Machine.Unavailable.threads(99).description.contains("99 threads"))
  }

  @Test func `levels stand in rising order from the baseline`() {
    #expect(KernelLevel.available.first == .baseline)
    #expect(KernelLevel.available == KernelLevel.available.sorted())
    #expect(KernelLevel.baseline < .x86v3 && KernelLevel.x86v3 < .x86v4)
  }

  @Test(arguments: KernelLevel.available)
  func `a forced level has tables of its own`(_ level: KernelLevel) throws {
    let machine = try Machine(level: level, threads: 1)
    #expect(machine.level == level)
    #expect(machine.threads == 1)
    for other in KernelLevel.available where other != level {
      let table = try Machine(level: other, threads: 1).kernels(.float32)
      #expect(table != machine.kernels(.float32))
    }
    #expect(machine.kernels(.float32) != machine.kernels(.float64))
    #expect(!machine.blasCore.isEmpty)
  }

  @Test func `without wishes a machine takes the best level`() throws {
    let machine = try Machine()
    #expect(machine.level == KernelLevel.available.last)
    #expect(machine.threads >= 1)
  }
}
