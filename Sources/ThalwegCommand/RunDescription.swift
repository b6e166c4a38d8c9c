private import ThalwegAutodiff
import ThalwegFormats
import ThalwegRCGNN
import ThalwegTensor
import ThalwegTraining

/// run.json: what was run, on what, with what. No clock: two equal runs describe themselves alike.
struct RunDescription {
  let json: JSON

  init(_ system: SystemSettings, _ experiment: RCGNNExperiment, _ machine: Machine) {
    let series = experiment.data.series
    json = .object([
      .init("format", .integer(1)),
      .init("version", .string(Command.version)),
      .init("system", .string("rc-gnn")),
      .init("preset", .string(system.preset)),
      .init("name", .string(system.configuration.name)),
      .init("seed", .integer(Int(system.configuration.training.seed))),
      .init("machine", .object(MachineDescription.members(machine))),
      .init(
        "data",
        .object([
          .init("path", system.configuration.dataPath.map(JSON.string) ?? .null),
          .init("fingerprint", .string(experiment.data.fingerprint)),
          .init("rows", .integer(series.report.counts.rowsKept)),
          .init("variables", .integer(series.names.count)),
          .init("training_windows", .integer(series.splits.training.count)),
          .init("validation_windows", .integer(series.splits.validation.count)),
          .init("test_windows", .integer(series.splits.test.count)),
        ])),
      .init("true_graph", .string(experiment.data.truthText)),
      .init(
        "parameters",
        .object([
          .init("tensors", .integer(experiment.parameters.tensorCount)),
          .init("elements", .integer(experiment.parameters.elementCount)),
        ])),
    ])
  }

  /// What makes a resumed run come out otherwise than an uninterrupted one; threads never do.
  func differences(from before: Fields) throws -> [String] {
    let now = Fields(json: json, path: "this call")
    func texts(_ section: String, _ name: String) throws -> (String, String) {
      (try before.object(section).string(name), try now.object(section).string(name))
    }
    var lines: [String] = []
    for (section, name) in [("machine", "kernels"), ("machine", "blas_core")] {
      let (then, now) = try texts(section, name)
      if then != now {
        lines.append("\(name) was '\(then)' and is '\(now)': results agree to rounding only")
      }
    }
    let (then, now2) = try texts("data", "fingerprint")
    if then != now2 { lines.append("the data have changed since the run began") }
    let version = (try before.string("version"), Command.version)
    if version.0 != version.1 {
      lines.append("the run was begun by version \(version.0), this is \(version.1)")
    }
    return lines
  }
}
