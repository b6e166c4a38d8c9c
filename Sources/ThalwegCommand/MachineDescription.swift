import ThalwegFormats
import ThalwegTensor

/// What a run computes on, for run.json and `bench`.
enum MachineDescription {
  static func members(_ machine: Machine) -> [JSON.Member] {
    [
      .init("kernels", .string(machine.level.rawValue)),
      .init("blas_core", .string(machine.blasCore)),
      .init("threads", .integer(machine.threads)),
      .init("hints", .array(machine.hints.map(JSON.string))),
    ]
  }
}
