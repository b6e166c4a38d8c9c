package enum Severity: String, Sendable, CaseIterable, Comparable {
  case info, warning, error, critical

  package static func < (one: Severity, other: Severity) -> Bool {
    one.rank < other.rank
  }

  private var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .error: 2
    case .critical: 3
    }
  }
}

package enum Verdict: String, Sendable, CaseIterable {
  case established, likely
  case ruledOut = "ruled_out"
  case cannotTell = "cannot_tell"
}

/// What a rule says of a run.
package struct Finding: Sendable, Equatable {
  /// A number that the sentence rests on.
  package struct Figure: Sendable, Equatable {
    package var name: String
    /// nil: it does not exist, or was not recorded; the sentence says which.
    package var value: Double?

    package init(_ name: String, _ value: Double?) {
      self.name = name
      self.value = value
    }
  }

  /// The rule's name.
  package var rule: String
  package var severity: Severity
  package var verdict: Verdict
  /// Modules, tensors, terms, series or keys that it is about.
  package var subjects: [String]
  /// One sentence with its figures, without a line end.
  package var text: String
  package var figures: [Figure]
  /// Where the figures were read.
  package var evidence: [Place]
  /// What the record cannot tell, and what would tell it.
  package var unknown: String?
  /// The smallest change that would mend it.
  package var remedy: String?
  /// The measurement that would prove finding or remedy.
  package var proof: String?

  package init(
    rule: String, _ severity: Severity, _ verdict: Verdict, subjects: [String] = [],
    _ text: String, figures: [Figure] = [], evidence: [Place] = [], unknown: String? = nil,
    remedy: String? = nil, proof: String? = nil
  ) {
    self.rule = rule
    self.severity = severity
    self.verdict = verdict
    self.subjects = subjects
    self.text = text
    self.figures = figures
    self.evidence = evidence
    self.unknown = unknown
    self.remedy = remedy
    self.proof = proof
  }
}
