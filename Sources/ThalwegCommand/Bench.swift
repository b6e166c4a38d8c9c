private import ThalwegFormats
private import ThalwegReport
private import ThalwegTensor

/// `thalweg bench`: what a whole training step costs, on the tape that training uses.
struct Bench {
  private let arguments: Arguments
  private let allocations: (() -> Int)?

  init(_ arguments: Arguments, allocations: (() -> Int)?) {
    self.arguments = arguments
    self.allocations = allocations
  }

  func run() throws -> Int32 {
    let subject = arguments.has(.machine) ? arguments.subject : try arguments.requiredSubject()
    let console = Console(isQuiet: arguments.has(.json))
    let machine = try SystemSettings.machine(arguments)
    for (option, other) in [(Option.sizes, "rc-gnn"), (.preset, "mlp")]
    where subject == other && arguments.has(option) {
      throw UsageError.exclusive(option.word, other)
    }
    let steps = try arguments.int(.steps, least: 1)
    let workload: Workload? =
      switch subject {
      case nil: nil
      case "mlp": try .mlp(arguments, machine)
      default: try InputError.wrapping { try .rcgnn(arguments, machine) }
      }
    for line in machine.hints { console.warning(line) }
    let about = MachineDescription.members(machine)
    console.result(
      "kernels \(machine.level.rawValue), matrix products on core \(machine.blasCore), "
        + "\(machine.threads) \(machine.threads == 1 ? "thread" : "threads")")
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
}
