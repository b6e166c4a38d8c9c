import ThalwegRecord

extension Rule {
  package static let predictedChange = Rule(
    name: "predicted_change",
    summary: "predicts norm, share of clipped steps and size of an update for a proposed change",
    needs: "proposed changes (a list under changes)", severities: .info ... .info,
    judge: ChangeRules.predicted)

  package static let inertChange = Rule(
    name: "inert_change", summary: "a proposed change leaves every update as it is",
    needs: "proposed changes (a list under changes)",
    severities: .warning ... .warning,
    judge: ChangeRules.inert)

  package static let cosmeticChange = Rule(
    name: "cosmetic_change",
    summary: "a proposed change makes the reported norm smaller and leaves every update as it is",
    needs: "proposed changes (a list under changes)", severities: .error ... .error,
    judge: ChangeRules.cosmetic)

  package static let notAttributable = Rule(
    name: "not_attributable",
    summary: "several changes at once: what comes of them belongs to none of them",
    needs: "proposed changes (a list under changes)",
    severities: .warning ... .warning,
    judge: ChangeRules.attribution)
}

enum ChangeRules {
  /// Fewer pairs of seeds cannot tell a difference from chance.
  private static let seeds = 3
  private static let namedLimit = 12

  private struct Judged {
    var change: ProposedChange
    var prediction: Prediction
    var counterfactual: Counterfactual
  }

  static func predicted(_ run: RunRecord) -> Rule.Judgement {
    guard let judged = judge(run) else { return .cannotTell(missing) }
    return .found(judged.map { finding($0, rule: "predicted_change", .info, text($0)) })
  }

  static func inert(_ run: RunRecord) -> Rule.Judgement {
    guard let judged = judge(run) else { return .cannotTell(missing) }
    let findings = judged.filter { $0.prediction.kind == .inert }.map { entry in
      finding(
        entry, rule: "inert_change", .warning,
        "\(entry.change.name) changes no update: \(entry.prediction.why)")
    }
    return findings.isEmpty ? .quiet : .found(findings)
  }

  static func cosmetic(_ run: RunRecord) -> Rule.Judgement {
    guard let judged = judge(run) else { return .cannotTell(missing) }
    let goal = run.settings.last { $0.path == ["goal", "gradient_norm"] }
    let findings = judged.filter { $0.prediction.kind == .cosmetic }.map { entry -> Finding in
      var text = "\(entry.change.name) changes the norm and no update: \(entry.prediction.why)"
      var found = finding(entry, rule: "cosmetic_change", .error, text)
      if let largest = entry.counterfactual.norms.max(), let factor = entry.prediction.norm {
        let norm = largest * factor.upperBound
        text += "; a norm of \(ConfigurationText.short(largest)) is reported as "
        text += ConfigurationText.short(norm)
        if let goal, let limit = goal.numeric, largest >= limit, norm < limit {
          text += ", which passes a goal of less than \(ConfigurationText.short(limit))"
          found.figures.append(.init("passes_goal", 1))
          found.evidence.append(goal.place)
        }
        found.text = text
      }
      return found
    }
    return findings.isEmpty ? .quiet : .found(findings)
  }

  static func attribution(_ run: RunRecord) -> Rule.Judgement {
    guard let judged = judge(run) else { return .cannotTell(missing) }
    var sections: [[String]] = []
    for entry in judged where !sections.contains(entry.counterfactual.training.section) {
      sections.append(entry.counterfactual.training.section)
    }
    // Changes of one training do not blur those of another.
    let left = ProposedChange.entries(in: run.settings).count - ProposedChange.limit
    let findings = sections.compactMap { section -> Finding? in
      let own = judged.filter { $0.counterfactual.training.section == section }
      var found = attribution(own)
      if left > 0 { found?.unknown = "\(left) further changes are not judged" }
      return found
    }
    return findings.isEmpty ? .quiet : .found(findings)
  }

  private static func attribution(_ judged: [Judged]) -> Finding? {
    let edits = judged.reduce(0) { $0 + max(1, $1.change.edits.count) }
    guard edits > 1, let first = judged.first else { return nil }
    let telling = judged.filter { $0.prediction.kind != .inert && $0.prediction.kind != .cosmetic }
    let runs = (telling.count + 1) * seeds
    let names = judged.map(\.change.name)
    let plan =
      telling.isEmpty
      ? "none of them needs a run: no update differs"
      : "the smallest plan that tells is \(runs) runs: none of them, and "
        + (telling.count == 1 ? "one" : "each of \(telling.count) alone")
        + ", with \(seeds) seeds in common"
    return Finding(
      rule: "not_attributable", .warning, .established,
      subjects: [first.counterfactual.training.name],
      "\(edits) changes at once, \(ConfigurationText.listed(names, most: namedLimit)): what comes of them can be "
        + "attributed to none; \(plan)",
      figures: [
        .init("changes", Double(edits)), .init("changes_to_run", Double(telling.count)),
        .init("runs", Double(telling.isEmpty ? 0 : runs)), .init("seeds", Double(seeds)),
      ], evidence: judged.map(\.change.place), remedy: "one change a run, the same seeds for each",
      proof: "the difference to the run without changes, seed by seed, has one sign")
  }

  private static let missing = "proposed changes (a list under changes)"

  /// nil where nothing is proposed, or no training that it is about.
  private static func judge(_ run: RunRecord) -> [Judged]? {
    let configured = ConfiguredRun(run)
    let changes = ProposedChange.all(in: run.settings)
    if changes.isEmpty { return nil }
    var known: [[String]: Counterfactual] = [:]
    let judged = changes.compactMap { change -> Judged? in
      guard let training = training(for: change, in: configured) else { return nil }
      let counterfactual =
        known[training.section] ?? Counterfactual(configured, training)
      known[training.section] = counterfactual
      return Judged(
        change: change, prediction: counterfactual.predict(change), counterfactual: counterfactual)
    }
    return judged.isEmpty ? nil : judged
  }

  /// The training that facts are about; else the one that has the keys.
  private static func training(
    for change: ProposedChange, in configured: ConfiguredRun
  ) -> TrainingSettings? {
    if let told = configured.told {
      // A key of another training's section is not about this one.
      let others = configured.trainings.filter { $0.section != told.section }
      let isForeign = change.edits.contains { edit in
        told.setting(edit.key) == nil && others.contains { $0.setting(edit.key) != nil }
      }
      return isForeign ? nil : told
    }
    let owners = configured.trainings.filter { training in
      change.edits.allSatisfy { training.setting($0.key) != nil }
    }
    if owners.count == 1 { return owners[0] }
    // A new key is nobody's yet; its sections say whose it will be.
    let paths = change.edits.map { $0.key.split(separator: ".").map(String.init) }
    let homes = configured.trainings.filter { training in
      !training.section.isEmpty && paths.allSatisfy { $0.starts(with: training.section) }
    }
    return homes.count == 1
      ? homes[0] : configured.trainings.count == 1 ? configured.trainings[0] : nil
  }

  private static func text(_ entry: Judged) -> String {
    let (prediction, known) = (entry.prediction, entry.counterfactual)
    var parts: [String] = []
    if let largest = known.norms.max(), let norm = prediction.norm?.times(largest...largest) {
      parts.append("the norm \(ConfigurationText.short(largest)) becomes " + spell(norm))
    }
    parts.append(clipped(entry))
    parts.append(
      prediction.update.map { "an update is multiplied by " + spell($0) }
        ?? "the size of an update cannot be computed")
    return "\(entry.change.name): \(parts.joined(separator: ", ")); \(prediction.why)"
  }

  private static func clipped(_ entry: Judged) -> String {
    guard let count = clippedCount(entry) else { return "clipped steps not recorded" }
    let (low, high) = (count.lowerBound, count.upperBound)
    return "clipped \(low == high ? "\(low)" : "\(low) to \(high)") of "
      + ConfigurationText.count(entry.counterfactual.records, "recorded norm")
  }

  private static func spell(_ range: ClosedRange<Double>) -> String {
    let (low, high) = (
      ConfigurationText.short(range.lowerBound), ConfigurationText.short(range.upperBound)
    )
    return low == high ? low : "\(low) to \(high)"
  }

  /// How many of the recorded norms are clipped at both ends of what is predicted.
  private static func clippedCount(_ entry: Judged) -> ClosedRange<Int>? {
    let (prediction, known) = (entry.prediction, entry.counterfactual)
    let clip = prediction.clip ?? known.clip
    guard let norm = prediction.norm, let low = known.clippedCount(norm.lowerBound, above: clip),
      let high = known.clippedCount(norm.upperBound, above: clip)
    else { return nil }
    return low.lowerBound...high.upperBound
  }

  private static func finding(
    _ entry: Judged, rule: String, _ severity: Severity, _ text: String
  ) -> Finding {
    let (prediction, known) = (entry.prediction, entry.counterfactual)
    let largest = known.norms.max()
    let count = clippedCount(entry)
    func share(_ count: Int?) -> Double? { count.map { Double($0) / Double(known.records) } }
    func scaled(_ factor: Double?) -> Double? { factor.flatMap { f in largest.map { $0 * f } } }
    let isFew = known.records < ClipSaturated.wantedSteps
    let rests = usesNorms(entry) || (rule == Rule.predictedChange.name && count != nil)
    let verdict: Verdict =
      prediction.kind == .unknown ? .cannotTell : rests && isFew ? .likely : .established
    return Finding(
      rule: rule, severity, verdict, subjects: [entry.change.name], text,
      figures: [
        .init("norm_low", scaled(prediction.norm?.lowerBound)),
        .init("norm_high", scaled(prediction.norm?.upperBound)),
        .init("norm_factor_low", prediction.norm?.lowerBound),
        .init("norm_factor_high", prediction.norm?.upperBound),
        .init("clipped_share_low", share(count?.lowerBound)),
        .init("clipped_share_high", share(count?.upperBound)),
        .init("update_factor_low", prediction.update?.lowerBound),
        .init("update_factor_high", prediction.update?.upperBound),
        .init("records", Double(known.records)),
      ],
      evidence: prediction.evidence
        + prediction.rests.compactMap { known.training[$0]?.place },
      unknown: verdict == .likely ? "the norms of other steps: \(known.records) recorded" : nil,
      proof: "one step from the same weights with and without it"
    ).doubted(known.training.doubt(prediction.rests))
  }

  /// Whether what is said rests on which norms were recorded.
  private static func usesNorms(_ entry: Judged) -> Bool {
    entry.prediction.clip != nil || entry.prediction.kind == .cosmetic
  }
}
