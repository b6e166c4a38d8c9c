import ThalwegRecord

/// A norm of all gradients that is 0 in every record: nothing is trained, unless the loss falls, and
/// then the norm is another one, or printed with too few digits.
enum ZeroNorm {
  private static let fewestRecords = 3

  /// nil: the norm is not recorded, or not 0 throughout.
  static func zero(_ run: RunRecord) -> Series? {
    run.stepNorms.first { $0.count >= fewestRecords && $0.zeros == $0.count }
  }

  /// Where no tensor has a norm of its own; nil: the norm is not recorded.
  static func judge(_ run: RunRecord) -> Rule.Judgement? {
    if run.stepNorms.first?.count ?? 0 < fewestRecords { return nil }
    guard let norm = zero(run), fallen(run) == nil else { return .quiet }
    return .found([
      Finding(
        rule: Rule.zeroGradient.name, .critical, .likely, subjects: [norm.key.name],
        "\(norm.key.name) is 0 in \(norm.count) of \(norm.count) records: no tensor has a gradient",
        figures: [.init("records", Double(norm.count)), .init("gradient", 0)],
        evidence: norm.ends,
        unknown: "how many digits it is rounded to, and which tensors it is taken over",
        remedy: "look whether the loss that backward starts from hangs on the parameters",
        proof: "the norm of each tensor's gradient is above 0 right after backward")
    ])
  }

  /// A contradiction: the loss falls although no gradient is there. nil: the norm is not 0.
  static func contradiction(_ run: RunRecord) -> [Finding]? {
    guard let norm = zero(run) else { return nil }
    guard let loss = fallen(run), let first = loss.first, let last = loss.last else { return [] }
    return [
      Finding(
        rule: Rule.contradiction.name, .warning, .likely,
        subjects: [norm.key.name, loss.key.name],
        "\(norm.key.name) is 0 in \(norm.count) of \(norm.count) records, yet \(loss.key.name) falls "
          + "from \(first.value.shown()) to \(last.value.shown())",
        figures: [.init("first loss", first.value), .init("last loss", last.value)],
        evidence: (norm.ends + loss.ends).unique,
        unknown: "whether the norm is taken before backward or after the gradients are reset, over "
          + "other tensors, or rounded to 0",
        remedy: "take the norm between backward and the update, with three significant digits",
        proof: "it is then above 0 in each step in which the loss falls")
    ]
  }

  private static func fallen(_ run: RunRecord) -> Series? {
    run.ranked(.loss) { $0.split == nil || $0.split == .training }.first(where: Plateau.hasFallen)
  }
}
