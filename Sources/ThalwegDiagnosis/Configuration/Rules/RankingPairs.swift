import ThalwegRecord

extension Rule {
  package static let rankingPairs = Rule(
    name: "ranking_pairs",
    summary: "counts the pairs of a ranking loss, and says whether more of them weigh more",
    needs: "the form of a ranking term (--terms) and a batch size", severities: .info ... .info,
    judge: RankingPairs.judge)
}

enum RankingPairs {
  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    guard let training = configured.told,
      let term = configured.facts.terms?.first(where: { $0.form == .rankingHinge })
    else { return .cannotTell("the form of a ranking term (--terms terms.yaml)") }
    guard let batch = training[.batchSize], let size = training.number(.batchSize), size >= 1,
      size < 1e6
    else { return .cannotTell("the batch size") }
    let items = Int(clamping: size)
    let pairs = Int(count(size))
    let unit = configured.facts.loss.unit
    let scope =
      switch unit {
      case nil: "if all \(items) items of a batch are compared"
      case "batch": "among the \(items) items of a batch"
      case let unit?: "only if \(items) items share one \(unit): the batch size says nothing of it"
      }
    let weight = term.weight(in: training)
    let bound = weight.flatMap { term.gradientBound(weight: $0.value, items: max(2, items))?.size }
    let factor = term.isMean ? 1 : Double(pairs)
    let sum =
      term.isMean
      ? "\(term.name) is a mean over them, so that \(pairs) wrong pairs weigh as one does"
      : "\(term.name) adds them up, so that \(pairs) wrong pairs weigh \(pairs)-fold"
    return .found([
      Finding(
        rule: "ranking_pairs", .info, unit == nil ? .cannotTell : .established,
        subjects: [term.name],
        "\(items) items make \(ConfigurationText.count(pairs, "pair")), \(scope); \(sum)"
          + (bound.map { ", and its gradient is at most \(ConfigurationText.short($0))" } ?? ""),
        figures: [
          .init("pairs", Double(pairs)), .init("loss_factor", factor),
          .init("gradient_bound", bound),
        ],
        evidence: [batch.place, term.place] + (weight?.evidence ?? [])
          + configured.facts.loss.places,
        unknown: unit == nil ? "what one evaluation of the ranking term sees" : nil,
        proof: "the same items twice in a unit leave a mean as it is"
      ).doubted(training.doubt([.batchSize]))
    ])
  }

  /// Pairs of n items.
  static func count(_ items: Double) -> Double { items * (items - 1) / 2 }
}
