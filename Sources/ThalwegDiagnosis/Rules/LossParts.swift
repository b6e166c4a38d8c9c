import ThalwegRecord

extension Rule {
  package static let lossParts = Rule(
    name: "loss_parts",
    summary: "the recorded parts of the loss do not add up to it",
    needs: "a loss and two or more of its parts, recorded together",
    severities: .info ... .error,
    judge: LossParts.judge)
}

enum LossParts {
  /// In parts of the loss.
  static let tolerance = 1e-3
  /// Rows beyond the number of parts, without which any loss can be made of them.
  static let spareRows = 3

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    var findings: [Finding] = []
    var judged = 0
    var explained: Set<SeriesKey> = []
    for tables in LossTable.all(run, .weightedTerm) {
      let usable = tables.filter { !$0.rows.isEmpty }
      guard let first = usable.first else { continue }
      judged += 1
      let ones = [Double](repeating: 1, count: first.parts.count)
      // One of several losses may be scaled for backward; the parts need to make one of them.
      if let made = usable.first(where: { $0.gaps(ones, beyond: tolerance).isEmpty }) {
        explained.insert(made.loss.key)
      } else {
        findings.append(finding(first, ones, "its parts add up to", run))
      }
    }
    for tables in LossTable.all(run, .term) {
      let usable = tables.filter { !$0.rows.isEmpty }
      // Weights that change are no fault where the weighted parts are recorded too.
      if usable.contains(where: { explained.contains($0.loss.key) }) { continue }
      guard let found = judge(terms: usable, run) else { continue }
      judged += 1
      findings += found
    }
    if judged == 0 {
      return .cannotTell(
        "a loss and two or more of its parts, recorded together in \(spareRows) more records than "
          + "there are parts")
    }
    return .init(findings)
  }

  /// Parts without their weights; nil: too few records of them.
  private static func judge(terms tables: [LossTable], _ run: RunRecord) -> [Finding]? {
    guard let first = tables.first else { return nil }
    let long = tables.filter { $0.rows.count >= $0.parts.count + spareRows }
    let made = long.first { $0.gaps($0.fitted().weights, beyond: tolerance).isEmpty }
    if let stated = PartWeights.stated(first.parts, run) {
      let weights = stated.map(\.value)
      if tables.contains(where: { $0.gaps(weights, beyond: tolerance).isEmpty }) { return [] }
      return [finding(first, weights, "its parts, weighted as set, make", run, stated, made)]
    }
    guard let table = long.first else { return nil }
    return made == nil ? [unexplained(table, run)] : []
  }

  private static func finding(
    _ table: LossTable, _ weights: [Double], _ made: String, _ run: RunRecord,
    _ stated: [PartWeights.Named] = [], _ fitted: LossTable? = nil
  ) -> Finding {
    let gaps = table.gaps(weights, beyond: tolerance)
    let row = gaps.first ?? table.rows[0]
    let sum = table.sum(row, weights)
    let gap = row[0].value - sum
    let kind = kind(table, weights)
    let own = fitted.map { table in
      let shown = table.fitted().weights.map { $0.shown(3) }.joined(separator: ", ")
      return "; the constant weights \(shown) make it"
    }
    return Finding(
      rule: Rule.lossParts.name, .error, .established,
      subjects: [table.loss.key.name] + table.parts.map(\.key.name),
      "\(table.loss.key.name) is \(row[0].value.shown()) at \(run.whereabouts(row[0])), where "
        + "\(made) \(sum.shown()): a gap of \(gap.shown(3)), in \(gaps.count) of "
        + "\(table.rows.count) records; \(kind)\(own ?? "")",
      figures: [.init("loss", row[0].value), .init("sum", sum), .init("gap", gap)],
      evidence: row.map(\.place).unique + stated.map(\.place),
      unknown: "which part is missing or counted twice",
      remedy: "log every part with its weight, as it enters the loss",
      proof: "their sum is the loss to its last printed digit in each record")
  }

  /// What the gap is like from row to row.
  private static func kind(_ table: LossTable, _ weights: [Double]) -> String {
    let pairs = table.rows.map { (loss: $0[0].value, sum: table.sum($0, weights)) }
    let slack = table.rows.map { table.slack($0, weights) }.max() ?? 0
    let gaps = pairs.map { $0.loss - $0.sum }
    let (least, most) = (gaps.min() ?? 0, gaps.max() ?? 0)
    if pairs.count < 3 { return "in too few records to see its kind" }
    let ratios = pairs.compactMap { $0.sum == 0 ? nil : $0.loss / $0.sum }
    if let low = ratios.min(), let high = ratios.max(), ratios.count == pairs.count, low > 0,
      high - low <= 2 * tolerance * high
    {
      return "the loss is \(Robust.median(ratios).shown(3)) times the sum in all: a mean against a "
        + "sum, or a loss that is divided for accumulation"
    }
    if most - least <= 2 * slack + 2 * tolerance * max(abs(most), abs(least)) {
      return "the gap is the same in all: a constant part is missing"
    }
    let isOver = gaps.allSatisfy { $0 < 0 }
    return "the gap differs from record to record: "
      + (isOver ? "a part is counted twice, or weighted too much" : "a part is not logged")
  }

  private static func unexplained(_ table: LossTable, _ run: RunRecord) -> Finding {
    let names = table.parts.map(\.key.name)
    let offset = table.fitted(withOffset: true)
    if table.rows.count > table.parts.count + spareRows,
      table.gaps(offset.weights, beyond: tolerance, offset: offset.offset).isEmpty
    {
      return Finding(
        rule: Rule.lossParts.name, .info, .established, subjects: [table.loss.key.name] + names,
        "\(table.loss.key.name) is its \(names.count) parts with constant weights and a constant "
          + "\(offset.offset.shown()) that is not logged",
        figures: [.init("constant", offset.offset)], evidence: table.loss.ends,
        remedy: "log the constant part", proof: "the parts add up to the loss in each record")
    }
    let weights = table.fitted().weights
    let worst =
      table.rows.map { row in
        abs(row[0].value - table.sum(row, weights)) / max(abs(row[0].value), .leastNormalMagnitude)
      }.max() ?? 0
    return Finding(
      rule: Rule.lossParts.name, .warning, .likely, subjects: [table.loss.key.name] + names,
      "no constant weights make the \(names.count) logged parts \(table.loss.key.name): the closest "
        + "ones miss it by up to \(worst.percent), so a part is not logged, or weights change",
      figures: [.init("largest gap in parts of the loss", worst)]
        + zip(names, weights).map { .init("weight of \($0)", $1) },
      evidence: table.loss.ends,
      unknown: "the weights, and whether they change while training goes on",
      remedy: "log every part times its weight",
      proof: "the parts add up to the loss in each record")
  }
}
