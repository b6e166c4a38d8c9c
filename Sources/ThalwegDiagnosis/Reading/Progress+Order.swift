import ThalwegRecord

extension Progress {
  /// Whether this lies before `other`, by what both have; false where that cannot be told.
  func precedes(_ other: Progress) -> Bool {
    if let mine = step, let theirs = other.step, mine != theirs { return mine < theirs }
    if let mine = epoch, let theirs = other.epoch, mine != theirs { return mine < theirs }
    if let mine = batch, let theirs = other.batch, mine != theirs { return mine < theirs }
    return false
  }

  /// `step 65`, `epoch 3, batch 2`; nil where nothing is recorded.
  var shown: String? {
    if let step { return "step \(step)" }
    guard let epoch else { return batch.map { "batch \($0)" } }
    let text = "epoch \(epoch.shown())"
    return batch.map { "\(text), batch \($0)" } ?? text
  }
}

extension RunRecord {
  /// How far training was at a figure; where it stands, if the record does not say how far.
  func whereabouts(_ point: Point) -> String {
    point.progress.shown ?? (sources.isEmpty ? "one place" : name(of: point.place))
  }
}
