package import ThalwegRecord

/// What all rules make of one run.
package struct Diagnosis: Sendable {
  /// A rule that could not judge, and what the record lacks.
  package struct Skipped: Sendable, Equatable {
    package var rule: String
    package var missing: String
  }

  package let run: RunRecord
  /// The gravest first; within one severity in the order of the rules.
  package private(set) var findings: [Finding] = []
  package private(set) var skipped: [Skipped] = []
  /// Rules that had what they need and found nothing.
  package private(set) var quiet: [String] = []

  package init(_ run: RunRecord, rules: [Rule] = Rule.all) {
    self.run = run
    for rule in rules {
      switch rule.judge(run) {
      case .found(let found): findings += found
      case .quiet: quiet.append(rule.name)
      case .cannotTell(let missing): skipped.append(Skipped(rule: rule.name, missing: missing))
      }
    }
    let order = findings.enumerated().sorted {
      ($0.element.severity, $1.offset) > ($1.element.severity, $0.offset)
    }
    findings = order.map(\.element)
  }
}

extension Diagnosis {
  /// The gravest severity among established findings; nil where there are none.
  package var worstEstablished: Severity? {
    findings.filter { $0.verdict == .established }.map(\.severity).max()
  }
}
