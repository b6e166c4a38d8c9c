package import ThalwegRecord

/// A rule of diagnosis: a pure function of a run's record.
package struct Rule: Sendable {
  /// What a rule makes of a record.
  package enum Judgement: Sendable {
    case found([Finding])
    /// The record has what the rule needs, and nothing is wrong.
    case quiet
    /// The record lacks what the rule needs: in words, what that is.
    case cannotTell(String)
  }

  /// In snake_case, for ever the same.
  package let name: String
  /// When it fires, in one sentence.
  package let summary: String
  /// What a record must hold.
  package let needs: String
  /// Between which severities its findings lie.
  package let severities: ClosedRange<Severity>
  package let judge: @Sendable (RunRecord) -> Judgement

  package init(
    name: String, summary: String, needs: String,
    severities: ClosedRange<Severity>,
    judge: @escaping @Sendable (RunRecord) -> Judgement
  ) {
    self.name = name
    self.summary = summary
    self.needs = needs
    self.severities = severities
    self.judge = judge
  }
}

extension Rule.Judgement {
  /// Quiet where there is nothing to tell.
  package init(_ findings: [Finding]) {
    self = findings.isEmpty ? .quiet : .found(findings)
  }

  var isFound: Bool { if case .found = self { true } else { false } }
}
