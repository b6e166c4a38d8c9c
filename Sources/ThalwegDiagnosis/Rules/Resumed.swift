import ThalwegRecord

extension Rule {
  package static let resumed = Rule(
    name: "resumed",
    summary: "after resuming, the same steps have another learning rate or a higher loss",
    needs: "a resumed record that holds some steps twice",
    severities: .warning ... .warning,
    judge: Resumed.judge)
}

/// A checkpoint without the optimizer's or the schedule's state resumes into another training.
enum Resumed {
  /// Of the loss: batches differ, levels do not.
  private static let lossRatio = 1.5
  private static let fewestLosses = 3

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let resumes = run.incidents.filter { $0.kind == .resumed && $0.place.position != nil }
    if resumes.isEmpty { return .quiet }
    var findings: [Finding] = []
    var judged = false
    for resume in resumes {
      for series in run.ranked(.learningRate, .loss) where series.split != .validation {
        guard let rows = twice(series, resume), !rows.isEmpty else { continue }
        judged = true
        let found = series.role == .loss ? loss(series, rows, run) : rate(series, rows, run)
        if let found { findings.append(found) }
      }
    }
    return judged ? .init(findings) : .cannotTell("steps that are recorded before and after")
  }

  /// Figures of the same step before and after.
  private static func twice(_ series: Series, _ resume: Incident) -> [[Point]]? {
    guard series.key.source == resume.place.source, let points = series.points,
      let at = resume.place.position
    else { return nil }
    let after = points.filter { $0.place.position.map { $0 >= at } ?? false }
    return points.filter { $0.place.position.map { $0 < at } ?? false }.compactMap { before in
      if before.progress == Progress() { return nil }
      return after.first { $0.progress == before.progress }.map { [before, $0] }
    }
  }

  private static func rate(_ series: Series, _ rows: [[Point]], _ run: RunRecord) -> Finding? {
    let off = rows.filter {
      abs($0[0].value - $0[1].value) > RateMismatch.tolerance * abs($0[0].value)
    }
    guard let first = off.first else { return nil }
    return finding(
      series, first, off.count, rows.count,
      "\(series.key.name) at \(run.whereabouts(first[0])) was \(first[0].value.shown()) and is "
        + "\(first[1].value.shown()) after resuming, and differs in \(off.count) of \(rows.count) "
        + "steps that are recorded twice",
      remedy: "save and restore the schedule's state")
  }

  private static func loss(_ series: Series, _ rows: [[Point]], _ run: RunRecord) -> Finding? {
    if rows.count < fewestLosses { return nil }
    let before = Robust.median(rows.map { $0[0].value })
    let after = Robust.median(rows.map { $0[1].value })
    if before <= 0 || after <= lossRatio * before { return nil }
    return finding(
      series, rows[0], rows.count, rows.count,
      "\(series.key.name) is \(after.shown()) after resuming, where the same \(rows.count) steps "
        + "had \(before.shown()) before",
      remedy: "save and restore weights, optimizer and normalization statistics together")
  }

  private static func finding(
    _ series: Series, _ row: [Point], _ off: Int, _ count: Int, _ text: String, remedy: String
  ) -> Finding {
    Finding(
      rule: Rule.resumed.name, .warning, .likely, subjects: [series.key.name], text,
      figures: [
        .init("before", row[0].value), .init("after", row[1].value),
        .init("records that differ", Double(off)), .init("records", Double(count)),
      ],
      evidence: row.map(\.place), unknown: "what the checkpoint held", remedy: remedy,
      proof: "a run stopped and resumed has the figures of one that was not")
  }
}
