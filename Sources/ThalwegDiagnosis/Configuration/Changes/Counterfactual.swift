import ThalwegRecord

/// What is known of a training where a change is judged.
struct Counterfactual {
  let configured: ConfiguredRun
  let training: TrainingSettings
  /// Recorded norms before clipping, the finite ones; of a long series its extremes.
  let norms: [Double]
  private let samples: [Sample]
  /// Infinite where nothing is clipped; nil: not recorded.
  let clip: Double?
  let family: OptimizerFamily?

  init(_ configured: ConfiguredRun, _ training: TrainingSettings) {
    self.configured = configured
    self.training = training
    norms = configured.norms.map(\.value).filter(\.isFinite)
    samples = configured.normSeries?.samples ?? []
    clip = Counterfactual.threshold(training[.clip]?.value)
    family = OptimizerFamily(training)
  }

  /// No threshold, or one of 0 as many tools have it, is none; nil: nobody knows.
  private static func threshold(_ value: Setting.Value?) -> Double? {
    switch value {
    case .number(let number): number > 0 ? number : number == 0 ? .infinity : nil
    case .text(let text): Double(text).flatMap { $0 > 0 ? $0 : nil }
    case .null, .bool(false): .infinity
    case nil, .bool(true), .list: nil
    }
  }

  /// How many norms are recorded.
  var records: Int { samples.reduce(0) { $0 + $1.count } }

  /// How many recorded norms, times a factor, are above a threshold: at least and at most, which
  /// differ where only the extremes of neighbours are kept; nil: not recorded.
  func clippedCount(_ factor: Double, above clip: Double?) -> ClosedRange<Int>? {
    guard let clip, !samples.isEmpty else { return nil }
    var (least, most) = (0, 0)
    for sample in samples where sample.high.value * factor > clip {
      let isWhole = sample.low.value * factor > clip
      least += isWhole ? sample.count : 1
      most += isWhole ? sample.count : sample.count - 1
    }
    return least...max(least, most)
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
    if !isRead && self.isRead(probe) == false {
      return Prediction(
        kind: .inert, norm: 1...1, update: 1...1, why: "nothing reads '\(probe.key)'",
        evidence: evidence)
    }
    switch (SettingMeaning.of(probe), old?.numeric, probe.numeric) {
    case (.clip, _, _):
      guard let new = Counterfactual.threshold(probe.value) else {
        return unknown("\(probe.text) is no threshold", evidence)
      }
      return clipped(at: new, evidence)
    case (.accumulation, let before, let new?):
      return averaged(over: new / (before ?? 1), evidence)
    case (.batchSize, let before?, let new?): return averaged(over: new / before, evidence)
    case (.learningRate, let before?, let new?): return rated(new / before, evidence)
    default: return unknown("what it does to a gradient cannot be computed", evidence)
    }
  }

  private func isRead(_ setting: Setting) -> Bool? {
    guard let told = configured.told else { return nil }
    let section = configured.facts.section ?? told.section
    let isInside = setting.path.starts(with: section)
    return configured.facts.reads(setting.path.dropFirst(isInside ? section.count : 0))
  }

  func isTermWeight(_ key: String) -> Bool {
    let name = key.split(separator: ".").last.map(String.init) ?? key
    return configured.facts.terms?.contains { $0.weight == .key(name) } ?? false
  }

  func unknown(_ why: String, _ evidence: [Place]) -> Prediction {
    Prediction(kind: .unknown, norm: nil, update: nil, why: why, evidence: evidence)
  }
}
