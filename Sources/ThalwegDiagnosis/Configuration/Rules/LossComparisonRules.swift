import ThalwegRecord

extension Rule {
  package static let incomparableLosses = Rule(
    name: "incomparable_losses",
    summary: "training and validation loss are different functions, so their gap says nothing",
    needs: "the terms of both losses (about_code.loss, --terms)", severities: .error ... .error,
    judge: LossComparisonRules.incomparable)

  package static let accumulationEquivalence = Rule(
    name: "accumulation_equivalence",
    summary: "says whether accumulated small batches give the gradient of one large batch",
    needs: "what one evaluation of the loss sees (about_code.loss)",
    severities: .info ... .warning, judge: LossComparisonRules.accumulation)
}

enum LossComparisonRules {
  static func incomparable(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    let loss = configured.facts.loss
    guard let training = configured.told, let terms = configured.facts.terms,
      let validation = loss.validationTerms
    else { return .cannotTell("the terms of the training and of the validation loss") }
    let active = terms.filter { ($0.weight(in: training)?.value ?? 0) > 0 }
    let left = active.map(\.name).filter { !validation.contains($0) }
    let isWeighted = loss.validationIsWeighted ?? true
    let weights = active.filter { validation.contains($0.name) }.compactMap {
      $0.weight(in: training)?.value
    }
    let differs = !isWeighted && weights.contains { $0 != 1 }
    let dropout = training.number(.dropout).map { $0 > 0 } ?? false
    if left.isEmpty && !differs { return .quiet }
    var reasons: [String] = []
    if !left.isEmpty { reasons.append("leaves out \(ConfigurationText.listed(left))") }
    if differs { reasons.append("takes the others without their weights") }
    if dropout { reasons.append("has no dropout") }
    return .found([
      Finding(
        rule: "incomparable_losses", .error, .established, subjects: [training.name],
        "the validation loss \(ConfigurationText.listed(reasons)): it is another function than the "
          + "training loss, and neither lies below the other by nature",
        figures: [
          .init("terms", Double(active.count)), .init("terms_left_out", Double(left.count)),
        ], evidence: loss.places + terms.map(\.place),
        remedy: "compute both by one function, in evaluation mode",
        proof: "the loss of training data computed as the validation loss is")
    ])
  }

  static func accumulation(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    let loss = configured.facts.loss
    guard let training = configured.told, let unit = loss.unit, let reduction = loss.reduction
    else {
      return .cannotTell("what one evaluation of the loss sees (about_code.loss)")
    }
    let edits = ProposedChange.all(in: run.settings).flatMap(\.edits)
    let proposed = edits.first { edit in
      let probe = Setting(path: [edit.key], value: edit.value, text: "", place: edit.place)
      return SettingMeaning.of(probe) == .accumulation
    }
    let now = training[.accumulation]
    let times =
      proposed.flatMap { edit in
        if case .number(let number) = edit.value { number } else { nil }
      } ?? training.number(.accumulation)
    guard let times, times > 1, times < 1e6 else { return .quiet }
    guard let batch = training[.batchSize], let size = training.number(.batchSize), size >= 1,
      size < 1e6
    else {
      return .cannotTell("the batch size")
    }
    let (count, items) = (Int(clamping: times), Int(clamping: size))
    let network = configured.activeNetwork(training)
    let normalized = network.map { !$0.network.batchNormalizations.isEmpty }
    let perBatch = network?.network.rows == "batch"
    var reasons: [String] = []
    if unit == "batch" { reasons.append("the terms see the whole batch") }
    if reduction != "mean" { reasons.append("the units are not averaged") }
    if normalized == true && perBatch { reasons.append("batch normalization sees the small batch") }
    let isEqual = reasons.isEmpty
    let isOpen = isEqual && normalized == nil
    let whole = RankingPairs.count(Double(items * count))
    let parts = Double(count) * RankingPairs.count(Double(items))
    let text =
      isEqual
      ? "\(count) accumulated batches of \(items) give the gradient of one of \(items * count): the "
        + "loss is a mean over units of one \(unit) each"
        + (normalized == false ? ", and no batch normalization makes a difference" : "")
      : "\(count) accumulated batches of \(items) do not give the gradient of one of "
        + "\(items * count): \(ConfigurationText.listed(reasons))"
    return .found([
      Finding(
        rule: "accumulation_equivalence", isEqual ? .info : .warning,
        isOpen ? .likely : .established, subjects: [training.name],
        text + "; pairs within a batch would be \(ConfigurationText.short(whole)) in one and "
          + "\(ConfigurationText.short(parts)) in \(count)",
        figures: [
          .init("is_equal", isEqual ? 1 : 0), .init("pairs_in_one", whole),
          .init("pairs_accumulated", parts),
        ],
        evidence: [proposed?.place ?? now?.place, batch.place].compactMap { $0 } + loss.places
          + (network?.evidence ?? []),
        unknown: isOpen ? "whether the network has batch normalization" : nil,
        proof: "the cosine of both gradients from the same weights is above 0.999"
      ).doubted(training.doubt([.batchSize]))
    ])
  }
}
