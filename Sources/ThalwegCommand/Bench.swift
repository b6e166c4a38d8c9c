private import ThalwegFormats
private import ThalwegReport
private import ThalwegTensor

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// `thalweg bench`: what a whole training step costs, on the tape that training uses.
struct Bench {
  private let arguments: Arguments
  private let allocations: (() -> Int)?

  init(_ arguments: Arguments, allocations: (() -> Int)?) {
    self.arguments = arguments
    self.allocations = allocations
  }

  func run() throws -> Int32 {
    let subject = try arguments.requiredSubject()
    let console = Console(isQuiet: arguments.has(.json))
    let machine = try SystemSettings.machine(arguments)
    let steps = try arguments.int(.steps, least: 1)
    let workload: Workload? =
      switch subject {
      case "machine": nil
      case "mlp": try .mlp(arguments, machine)
      default: try InputError.wrapping { try .rcgnn(arguments, machine) }
      }
    for line in Bench.hints() { console.warning(line) }
    let about: [JSON.Member] = [
      .init("kernels", .string(machine.level.rawValue)),
      .init("blas_core", .string(machine.blasCore)),
      .init("threads", .integer(machine.threads)),
    ]
    console.result(
      "kernels \(machine.level.rawValue), matrix products on core \(machine.blasCore), "
        + "\(machine.threads) threads")
    guard let workload else {
      if arguments.has(.json) { console.document(JSON.object(about).pretty) }
      return 0
    }
    let result = workload.measure(steps: steps, allocations: allocations)
    console.result(result.line(workload.name))
    if arguments.has(.json) {
      console.document(
        JSON.object([.init("workload", .string(workload.name))] + about + result.members).pretty)
    }
    return 0
  }

  /// OpenBLAS takes its core type from the environment before anything of ours runs.
  private static func hints() -> [String] {
    let best = KernelLevel.available.last
    guard let core = getenv("OPENBLAS_CORETYPE").map({ String(cString: $0) }),
      best == .x86v4, !["SkylakeX", "Cooperlake", "Sapphirerapids", "Zen"].contains(core)
    else { return [] }
    return [
      "OPENBLAS_CORETYPE is set to '\(core)' though the CPU has AVX-512: matrix products run at "
        + "about half speed; unset it"
    ]
  }
}
