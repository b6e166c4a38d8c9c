import ThalwegRecord

extension Rule {
  package static let normalizationRuledOut = Rule(
    name: "normalization_ruled_out",
    summary: "the network in use has no batch normalization, so it is no cause of anything",
    needs: "the layers of the network (about_code.networks)", severities: .info ... .info,
    judge: NormalizationRules.ruledOut)

  package static let normalizationValues = Rule(
    name: "normalization_values",
    summary: "counts the values that each batch normalization averages over",
    needs: "the layers of the network (about_code.networks)", severities: .info ... .warning,
    judge: NormalizationRules.values)
}

enum NormalizationRules {
  /// Fewer values make statistics that differ from batch to batch (Wu, He 2018, arXiv 1803.08494).
  private static let fewest = 16
  private static let missing = "the layers of the network in use (about_code.networks)"

  static func ruledOut(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    guard let (network, evidence) = active(configured) else { return .cannotTell(missing) }
    if !network.batchNormalizations.isEmpty { return .quiet }
    var text = "batch normalization is ruled out: the \(network.name) is in use, and has none"
    var figures = [Finding.Figure("batch_normalizations", 0)]
    for other in configured.facts.networks ?? [] {
      let layers = other.batchNormalizations
      if layers.isEmpty { continue }
      text += "; the \(other.name) would average over n x "
      text += ConfigurationText.listed(layers.map { "\($0.places)" })
      text += " values of each channel, where n counts the \(other.rows)"
      figures += layers.enumerated().map {
        .init("values_\($0.offset)_in_\(other.name)", Double($0.element.places))
      }
    }
    return .found([
      Finding(
        rule: "normalization_ruled_out", .info, .ruledOut, subjects: [network.name], text,
        figures: figures, evidence: evidence,
        proof: "no module of the running model is a batch normalization")
    ])
  }

  static func values(_ run: RunRecord) -> Rule.Judgement {
    let configured = ConfiguredRun(run)
    guard let (network, evidence) = active(configured) else { return .cannotTell(missing) }
    let layers = network.batchNormalizations
    guard let fewestPlaces = layers.map(\.places).min() else { return .quiet }
    let training = configured.told
    let isBatch = network.rows == "batch"
    let rows = isBatch ? training?.number(.batchSize) : nil
    let count = rows.flatMap { $0 < 1 ? nil : min(1 << 20, Int(clamping: $0)) }
    let least = (count ?? 1) * fewestPlaces
    let places = layers.map { "\($0.places)" }
    let factor = count.map { "\($0)" } ?? "n"
    let who =
      count == nil
      ? ", where n counts the \(network.rows)" + (isBatch ? "" : ", not the batch") : ""
    let isFew = count != nil && least < fewest
    return .found([
      Finding(
        rule: "normalization_values", isFew ? .warning : .info, .established,
        subjects: layers.map(\.name),
        "batch normalization averages over \(factor) x \(ConfigurationText.listed(places)) values "
          + "of each channel at input length \(network.inputLength)\(who)"
          + (isFew ? "; fewer than \(fewest) make it unsteady" : ""),
        figures: layers.enumerated().map { .init("values_\($0.offset)", Double($0.element.places)) }
          + [
            .init("fewest_values_per_channel", Double(least)),
            .init("batch_normalizations", Double(layers.count)),
            .init("statistics_change_in_evaluation", 0),
          ],
        evidence: evidence + (isBatch ? [training?[.batchSize]?.place].compactMap { $0 } : []),
        unknown: count == nil ? "n; and how many of its rows are equal to one another" : nil,
        remedy: isFew ? "group or layer normalization, or more examples in one forward call" : nil,
        proof: "the spread of the batch statistics over batches of the same size")
    ])
  }

  private static func active(
    _ configured: ConfiguredRun
  ) -> (network: Network, evidence: [Place])? {
    configured.told.flatMap { configured.activeNetwork($0) }
  }
}
