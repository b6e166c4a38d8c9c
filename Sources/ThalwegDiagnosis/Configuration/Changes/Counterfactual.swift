import ThalwegRecord

/// What is known of a training where a change is judged.
struct Counterfactual {
  let configured: ConfiguredRun
  let training: TrainingSettings
  /// Recorded norms before clipping, the finite ones.
  let norms: [Double]
  let clip: Double?
  let family: OptimizerFamily?

  init(_ configured: ConfiguredRun, _ training: TrainingSettings) {
    self.configured = configured
    self.training = training
    norms = configured.norms.map(\.value).filter(\.isFinite)
    clip = training.number(.clip).flatMap { $0 > 0 ? $0 : nil }
    family = OptimizerFamily(training)
  }

  /// The share of recorded norms, times a factor, above a threshold.
  func clippedShare(_ factor: Double, above clip: Double?) -> Double? {
    // Without a threshold nothing is clipped; of one that is no number nobody knows.
    guard let clip else { return training[.clip] == nil ? 0 : nil }
    if norms.isEmpty { return nil }
    return Double(norms.count { $0 * factor > clip }) / Double(norms.count)
  }

  func predict(_ change: ProposedChange) -> Prediction {
    var parts: [Prediction] = []
    if let divisor = change.lossDivisor {
      parts.append(scaledLoss(by: 1 / divisor, [change.place]))
    }
    if let scale = uniformScale(change) {
      parts.append(scaledLoss(by: scale.factor, scale.evidence))
    } else {
      let weights = change.edits.filter { isTermWeight($0.key) }
      if !weights.isEmpty { parts.append(weighted(weights)) }
      parts += change.edits.filter { !isTermWeight($0.key) }.map {
        predict($0, isRead: change.bringsCode)
      }
    }
    guard var whole = parts.first else { return unknown("nothing is set", [change.place]) }
    for part in parts.dropFirst() { whole = whole.joined(part) }
    return whole
  }

  private func predict(_ edit: ProposedChange.Edit, isRead: Bool) -> Prediction {
    let old = training.setting(edit.key)
    let evidence = [old?.place, edit.place].compactMap { $0 }
    let probe = Setting(
      path: old?.path ?? edit.key.split(separator: ".").map(String.init), value: edit.value,
      text: "", place: edit.place)
    if let keys = configured.facts.readKeys, !isRead && !keys.contains(probe.key) {
      return Prediction(
        kind: .inert, norm: 1...1, update: 1...1, why: "nothing reads '\(probe.key)'",
        evidence: evidence)
    }
    switch (SettingMeaning.of(probe), old?.numeric, probe.numeric) {
    // No threshold, or one of 0 as many tools have it, is none.
    case (.clip, _, let new):
      return clipped(at: new.flatMap { $0 > 0 ? $0 : nil } ?? .infinity, evidence)
    case (.accumulation, let before, let new?):
      return averaged(over: new / (before ?? 1), evidence)
    case (.batchSize, let before?, let new?): return averaged(over: new / before, evidence)
    case (.learningRate, let before?, let new?): return rated(new / before, evidence)
    default: return unknown("what it does to a gradient cannot be computed", evidence)
    }
  }

  func isTermWeight(_ key: String) -> Bool {
    let name = key.split(separator: ".").last.map(String.init) ?? key
    return configured.facts.terms?.contains { $0.weight == .key(name) } ?? false
  }

  func unknown(_ why: String, _ evidence: [Place]) -> Prediction {
    Prediction(kind: .unknown, norm: nil, update: nil, why: why, evidence: evidence)
  }
}
