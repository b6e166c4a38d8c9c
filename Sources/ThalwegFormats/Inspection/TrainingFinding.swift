/// Whether a tensor of a model was ever trained, and what says so.
package struct TrainingFinding: Sendable, Equatable {
  package enum Verdict: String, Sendable {
    case trained
    /// No gradient but 0 ever reached it through the optimizer, or it has not changed.
    case neverUpdated = "never_updated"
    case cannotTell = "cannot_tell"
  }

  package var verdict: Verdict
  /// Sentences, the weightiest first.
  package var evidence: [String]
  /// Updates that the optimizer has counted for it; nil: not recorded.
  package var step: Double?
  /// Entries of its moment that are 0; nil: not read, or there is none.
  package var momentZeros: Int?
  /// Whether it is known to be in a group of the optimizer; nil: not known.
  package var isInGroup: Bool?
  /// Whether the optimizer leaves open what a change since an earlier checkpoint then tells.
  var isOpen = false
  /// Whether weight decay may move it; nil: not known.
  var mayDecay: Bool?

  init(_ verdict: Verdict, _ evidence: String) {
    self.verdict = verdict
    self.evidence = [evidence]
  }
}
