import ThalwegRecord

/// What a change does to the norm of the gradient and to an update, at the same weights.
struct Prediction {
  enum Kind {
    /// No update differs.
    case inert
    /// The norm differs, no update does.
    case cosmetic
    /// Updates differ.
    case effective
    case unknown
  }

  var kind: Kind
  /// Factors on the recorded norms: from where to where; nil: nothing bounds them.
  var norm: ClosedRange<Double>?
  /// The threshold after the change, infinite where it no longer clips; nil: it stays.
  var clip: Double?
  /// Factors on the length of an update.
  var update: ClosedRange<Double>?
  var why: String
  var evidence: [Place]
  /// Settings of the run that it rests on, beside those that are changed.
  var rests: [SettingMeaning] = []
}

extension Prediction {
  /// Both together.
  func joined(_ other: Prediction) -> Prediction {
    var whole = self
    whole.norm = norm.flatMap { one in other.norm.flatMap { one.times($0) } }
    whole.update = update.flatMap { one in other.update.flatMap { one.times($0) } }
    whole.clip = other.clip ?? clip
    whole.kind = kind.joined(other.kind)
    whole.why = why == other.why ? why : why + "; " + other.why
    whole.evidence += other.evidence
    whole.rests += other.rests.filter { !whole.rests.contains($0) }
    return whole
  }
}

extension Prediction.Kind {
  fileprivate func joined(_ other: Prediction.Kind) -> Prediction.Kind {
    switch (self, other) {
    case (.inert, let kind), (let kind, .inert): kind
    case (.unknown, _), (_, .unknown): .unknown
    case (.cosmetic, .cosmetic): .cosmetic
    default: .effective
    }
  }
}

extension ClosedRange<Double> {
  /// nil where an end is not finite, or the ends lie the other way.
  static func finite(_ low: Double, _ high: Double) -> ClosedRange<Double>? {
    low.isFinite && high.isFinite && low <= high ? low...high : nil
  }

  /// The products of two ranges from 0 on.
  func times(_ other: ClosedRange<Double>) -> ClosedRange<Double>? {
    .finite(lowerBound * other.lowerBound, upperBound * other.upperBound)
  }
}
