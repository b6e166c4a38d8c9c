import ThalwegRecord

extension Rule {
  package static let penaltyCap = Rule(
    name: "penalty_cap",
    summary: "bounds the value of each loss term, and its gradient with respect to predictions",
    needs: "the forms of the terms (--terms)", severities: .info ... .info, judge: PenaltyRules.caps
  )

  package static let ratioPenalty = Rule(
    name: "ratio_penalty",
    summary: "a term divides by a statistic of the targets, so that no weight bounds its gradient",
    needs: "the forms of the terms (--terms)", severities: .warning ... .warning,
    judge: PenaltyRules.ratios)

  package static let lossBounds = Rule(
    name: "loss_bounds",
    summary: "tells how many parts the loss adds up, and between what their sum must lie",
    needs: "the forms of the terms (--terms)", severities: .info ... .info,
    judge: PenaltyRules.parts)
}

enum PenaltyRules {
  private struct Weighted {
    var term: PenaltyTerm
    var weight: Double
    var evidence: [Place]
  }

  private static let missing = "the forms of the loss terms (--terms terms.yaml)"

  static func caps(_ run: RunRecord) -> Rule.Judgement {
    guard let (terms, _) = weighted(run) else { return .cannotTell(missing) }
    return .found(
      terms.map { entry in
        let (term, weight) = (entry.term, entry.weight)
        let value = term.valueBound(weight: weight)
        let bound = term.gradientBound(weight: weight, items: 2)
        let isBounded = bound != nil && bound?.over == nil
        let told = bound.map { bound in
          let size = ConfigurationText.short(bound.size)
          return bound.over.map { "\(size) / \($0.ofTargets)" } ?? size
        }
        return Finding(
          rule: "penalty_cap", .info, .established, subjects: [term.name],
          "\(term.name), \(term.form.rawValue) with weight \(ConfigurationText.short(weight)): "
            + "its value is " + atMost(value.map(ConfigurationText.short))
            + ", its gradient for two items " + atMost(told),
          figures: [
            .init("weight", weight), .init("value_bound", value),
            .init(
              "gradient_bound", isBounded ? bound?.size : term.form == .other ? nil : .infinity),
            .init("gradient_bound_size", bound?.size),
          ], evidence: entry.evidence + [term.place],
          unknown: term.form == .other ? "what the term computes" : nil,
          proof: "the largest value over a grid of predictions and targets equals the bound")
      })
  }

  private static func atMost(_ bound: String?) -> String {
    bound.map { "at most \($0)" } ?? "not bounded by its form"
  }

  static func ratios(_ run: RunRecord) -> Rule.Judgement {
    guard let (terms, training) = weighted(run) else { return .cannotTell(missing) }
    let singular = terms.compactMap { entry in
      entry.term.boundOverRange(weight: entry.weight).map { (entry, $0) }
    }.filter { $0.1 > 0 }
    if singular.isEmpty { return .quiet }
    let size = singular.reduce(0) { $0 + $1.1 }
    let names = singular.map(\.0.term.name)
    var others: [String] = []
    for entry in terms where entry.term.form == .ratio && !names.contains(entry.term.name) {
      guard let bound = entry.term.gradientBound(weight: entry.weight, items: 2),
        let over = bound.over, bound.size > 0
      else { continue }
      others.append("\(ConfigurationText.short(bound.size)) / \(over.ofTargets)")
    }
    let spelled = ConfigurationText.short(size)
    let beside = others.isEmpty ? "" : ", beside " + ConfigurationText.listed(others)
    return .found([
      Finding(
        rule: "ratio_penalty", .warning, .established, subjects: names,
        "\(ConfigurationText.listed(names)) divide by the spread of the targets: for two items "
          + "their gradient reaches \(spelled) / target range\(beside), which no weight bounds where "
          + "targets are nearly equal",
        figures: [
          .init("gradient_times_target_range", size),
          .init("gradient_at_range_0.05", size / 0.05),
        ], evidence: singular.flatMap { $0.0.evidence + [$0.0.term.place] },
        unknown: "the target ranges of the units of the loss of \(training.name); the norm of each "
          + "step beside the smallest of them would tell",
        remedy: "divide by max(target range, 0.1), or take the absolute gap",
        proof: "the gradient stays bounded at target ranges of 0.5, 0.05 and 0.005")
    ])
  }

  static func parts(_ run: RunRecord) -> Rule.Judgement {
    guard let (terms, training) = weighted(run) else { return .cannotTell(missing) }
    var groups: [String] = []
    for entry in terms where !groups.contains(entry.term.group) { groups.append(entry.term.group) }
    let bounded = terms.compactMap { entry -> (String, Double)? in
      entry.term.valueBound(weight: entry.weight).map { (entry.term.name, $0) }
    }
    let most = bounded.reduce(0) { $0 + $1.1 }
    let names = bounded.map(\.0)
    let told =
      names.isEmpty
      ? "none of them has a largest value"
      : "those with a largest value, \(ConfigurationText.listed(names)), add up to at most "
        + ConfigurationText.short(most)
    return .found([
      Finding(
        rule: "loss_bounds", .info, .established, subjects: [training.name],
        "the loss adds up \(ConfigurationText.count(groups.count, "part")); each can be 0, so the "
          + "sum has no other least value; \(told)",
        figures: [
          .init("parts", Double(groups.count)), .init("least_total", 0),
          .init("most_of_bounded", most),
        ], evidence: terms.map(\.term.place),
        unknown: "the share of each part in the gradient; one backward pass for each would tell",
        proof: "gradient shares of the parts on one batch")
    ])
  }

  /// The terms with their weights; nil where no terms are told, or no training they are about.
  private static func weighted(_ run: RunRecord) -> ([Weighted], TrainingSettings)? {
    let configured = ConfiguredRun(run)
    guard let training = configured.told, let terms = configured.facts.terms else { return nil }
    let weighted = terms.compactMap { term -> Weighted? in
      guard let (weight, evidence) = term.weight(in: training) else { return nil }
      return Weighted(term: term, weight: weight, evidence: evidence)
    }
    return weighted.isEmpty ? nil : (weighted, training)
  }
}
