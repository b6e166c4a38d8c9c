private import ThalwegBenchmarks
private import ThalwegFormats
private import ThalwegReport
private import ThalwegTensor

/// `thalweg bench`: what a whole training step, or one operation alone, costs on the tape that
/// training uses.
struct Bench {
  private let arguments: Arguments
  private let allocations: (() -> Int)?
  private let startBytes = ProcessMemory.resident

  init(_ arguments: Arguments, allocations: (() -> Int)?) {
    self.arguments = arguments
    self.allocations = allocations
  }

  func run() throws -> Int32 {
    let subject = arguments.has(.machine) ? arguments.subject : try arguments.requiredSubject()
    let console = Console(isQuiet: arguments.has(.json))
    let machine = try SystemSettings.machine(arguments)
    let steps = try arguments.int(.steps, least: 1)
    let workload = try subject.map { try WorkloadRequest(arguments, $0).workload(on: machine) }
    if let workload, let folder = arguments.value(.export) {
      try InputError.wrapping { try workload.export(to: folder) }
      console.result("\(workload.name): written to \(folder)")
      return 0
    }
    for line in machine.hints { console.warning(line) }
    var document = MachineDescription.members(machine)
    console.result(
      "kernels \(machine.level.rawValue), "
        + (machine.multipliesItself ? "" : "matrix products on core \(machine.blasCore), ")
        + "\(machine.threads) \(machine.threads == 1 ? "thread" : "threads")")
    if arguments.has(.machine) {
      let ceilings = Ceilings(on: machine)
      console.result(
        "matrix products \(Text.fixed(ceilings.productGigaflops, 0)) GFLOP/s, "
          + "copies \(Text.fixed(ceilings.copyGigabytes, 1)) GB/s read and written")
      document.append(
        .init(
          "ceilings",
          .object([
            .init("product_gflops", .number(ceilings.productGigaflops)),
            .init("copy_gigabytes_per_second", .number(ceilings.copyGigabytes)),
          ])))
    }
    if let workload {
      let found = workload.measure(steps: steps, allocations: allocations)
      console.result(Bench.line(workload, found))
      document = Bench.names(workload) + document + members(workload, found)
    }
    if arguments.has(.json) { console.document(JSON.object(document).pretty) }
    return 0
  }

  private static func line(_ workload: Workload, _ found: Measurement) -> String {
    let counted = found.allocations.map { "\($0) allocations in \(found.steps) steps" }
    let times = found.microseconds
    return "\(workload.name): \(Text.fixed(found.median, 2)) us a step "
      + "(\(Text.fixed(times.first, 2)) to \(Text.fixed(times.last, 2)) over \(times.count) "
      + "rounds), \(counted ?? "allocations not counted on this system"), loss "
      + Text.short(workload.loss, 6)
  }

  private static func names(_ workload: Workload) -> [JSON.Member] {
    [
      .init("workload", .string(workload.name)), .init("identity", .string(workload.kind.rawValue)),
      .init("settings", .object(workload.settings)),
    ]
  }

  private func members(_ workload: Workload, _ found: Measurement) -> [JSON.Member] {
    [
      .init("steps", .integer(found.steps)),
      .init("microseconds_median", .number(found.median)),
      .init("microseconds", .array(found.microseconds.map(JSON.number))),
      .init("allocations", found.allocations.map(JSON.integer) ?? .null),
      .init("loss", workload.loss.map(JSON.number) ?? .null),
      .init(
        "operations", workload.cost.operations > 0 ? .integer(workload.cost.operations) : .null),
      .init("bytes", .integer(workload.cost.bytes)),
      .init("start_bytes", startBytes.map(JSON.integer) ?? .null),
      .init("peak_bytes", ProcessMemory.peak.map(JSON.integer) ?? .null),
    ]
  }
}
