package import ThalwegRecord

/// A statement that somebody makes of a run, and the figure of a diagnosis that judges it.
package struct Claim: Sendable {
  package enum Verdict: String, Sendable, CaseIterable {
    case holds
    case doesNotHold = "does_not_hold"
    case cannotTell = "cannot_tell"
  }

  /// How the measured figure is laid beside the reported one.
  package enum Comparison: String, Sendable, CaseIterable {
    case equals, above, below
    case atLeast = "at_least"
    case atMost = "at_most"
    /// The finding is there, whatever its figures.
    case found
  }

  /// Where a figure is read: a finding of one of the replayed runs.
  package struct Measure: Sendable, Equatable {
    /// nil: the run that the case is about.
    package var run: String?
    /// The first of these rules that found something is taken.
    package var rules: [String]
    package var subject: String?
    package var figure: String?
  }

  package var id: String
  /// What is said, in our words.
  package var says: String
  /// The figure that is said, or that follows from what is said; nil: none.
  package var reported: Double?
  package var measure: Measure
  package var comparison: Comparison
  /// The verdict where the comparison is true, and where it is false.
  package var ifTrue: Verdict
  package var ifFalse: Verdict
  /// The verdict where the rule had what it needs and found nothing.
  package var ifQuiet: Verdict
  /// For `equals`, a share of the reported figure.
  package var tolerance: Double
  /// A finding that makes the claim one that cannot be judged.
  package var openIf: Measure?
  /// A series that the run must have recorded, by the name of its role.
  package var needsSeries: Role?
  /// Other figures that belong beside the measured one.
  package var beside: [Measure]

  /// What a claim comes to.
  package struct Result: Sendable {
    package var claim: Claim
    package var verdict: Verdict
    /// nil: there is none, not recorded, or the claim is not about a figure.
    package var measured: Double?
    /// Whether what the claim is about is not there, so that it has no figures.
    package var isAbsent = false
    package var beside: [Finding.Figure]
    /// What the verdict was read from; nil: nothing.
    package var finding: Finding?
    /// Why nobody can tell.
    package var missing: String?
  }
}
