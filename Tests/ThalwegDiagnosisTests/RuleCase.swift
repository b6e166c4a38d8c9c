import ThalwegDiagnosis
import ThalwegRecord

/// A record that a rule must speak of, and one of which it must not.
struct RuleCase: CustomStringConvertible, Sendable {
  let rule: Rule
  let name: String
  /// The gravest finding of the faulty record.
  let severity: Severity
  let faulty: @Sendable (inout MadeRun) -> Void
  let healthy: @Sendable (inout MadeRun) -> Void

  init(
    _ rule: Rule, _ name: String, _ severity: Severity,
    faulty: @escaping @Sendable (inout MadeRun) -> Void,
    healthy: @escaping @Sendable (inout MadeRun) -> Void
  ) {
    self.rule = rule
    self.name = name
    self.severity = severity
    self.faulty = faulty
    self.healthy = healthy
  }

  var description: String { "\(rule.name): \(name)" }

  static let all: [RuleCase] =
    clipping + courses + figures + rates + tensors + parts + summaries + incidents + endings
    + recorder + steps + configurations + terms + changes

  /// - Parameters:
  ///   - shape: the seed of sizes and figures.
  ///   - names: the seed of names.
  func made(isFaulty: Bool, shape: Int, names: Int) -> MadeRun {
    var run = MadeRun(shape: shape, names: names)
    if isFaulty { faulty(&run) } else { healthy(&run) }
    return run
  }
}

extension Rule.Judgement {
  var findings: [Finding] {
    if case .found(let findings) = self { findings } else { [] }
  }

  var isQuiet: Bool { if case .quiet = self { true } else { false } }
}
