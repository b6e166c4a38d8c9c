private import ThalwegAutodiff
private import ThalwegFormats
private import ThalwegRCGNN
private import ThalwegReport
private import ThalwegTraining

/// `thalweg audit`: where gradient flows and where not, measured on real batches, nothing changed.
struct AuditVerb {
  private let arguments: Arguments

  init(_ arguments: Arguments) { self.arguments = arguments }

  func run() throws -> Int32 {
    _ = try arguments.requiredSubject()
    let limit = try arguments.failureSeverity()
    let system = try SystemSettings(arguments)
    if arguments.has(.printConfig) {
      Console().result(String(system.settings.resolved.dropLast()))
      return 0
    }
    let machine = try SystemSettings.machine(arguments)
    let experiment = try InputError.wrapping {
      try RCGNNExperiment(system.configuration, try RCGNNData(system.configuration))
    }
    let audit = try Audit(experiment, system.configuration.training, on: machine)
    let gradients =
      try arguments.has(.checkGradients)
      ? GradientReport(
        GradientCheck(experiment, system.configuration.training, on: machine)) : nil
    let report = AuditReport(audit, gradients, system: system.configuration.name)
    let console = Console(isQuiet: arguments.has(.json))
    for line in report.lines() { console.result(line) }
    if arguments.has(.json) { console.document(report.json.pretty) }
    let worst = report.findings.map(\.severity).max()
    guard let limit, let worst, worst >= limit else { return 0 }
    return 4
  }
}
