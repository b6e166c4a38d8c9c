import ThalwegRecord

extension Rule {
  package static let notOptimized = Rule(
    name: "not_optimized",
    summary: "a tensor has a gradient and never moves, or is said not to be in the optimizer",
    needs: "gradient norms and changes of named tensors, or what the optimizer holds",
    severities: .warning ... .critical,
    judge: NotOptimized.judge)
}

/// A stale optimizer: gradients are there and updates are 0 (RunSleuth, failure_signatures.json).
enum NotOptimized {
  private static let mostFindings = 20

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let logged = LoggedTensor.all(in: run).filter { !$0.isFrozen }
    let said = logged.filter { $0.record?.isOptimized == false || $0.record?.isLate == true }
    let judged = logged.filter { tensor in
      if case .notRecorded = tensor.motion { return false }
      return tensor.isZero != nil
    }
    let knows = logged.contains { $0.record?.isOptimized != nil || $0.record?.isLate != nil }
    if judged.isEmpty && !knows {
      return .cannotTell("gradient norms and changes of named tensors, or what the optimizer holds")
    }
    let still = judged.filter { tensor in
      if case .unmoved = tensor.motion { return tensor.isZero == false }
      return false
    }
    let moved = judged.filter { if case .moved = $0.motion { true } else { false } }
    var findings: [Finding] = []
    if moved.isEmpty && !still.isEmpty {
      if let finding = nothingMoves(still, run) { findings.append(finding) }
    } else {
      let stale = still.filter {
        isExpectedToMove($0, moved, run) && !said.map(\.path).contains($0.path)
      }
      let groups = ModuleGroup.groups(of: stale, among: judged)
      findings += groups.prefix(mostFindings).map { finding($0, run) }
    }
    let groups = ModuleGroup.groups(of: said, among: logged)
    findings += groups.prefix(mostFindings).map(told)
    return .init(findings)
  }

  /// Whether a tensor of this gradient should have moved by more than the printed digits.
  private static func isExpectedToMove(
    _ tensor: LoggedTensor, _ moved: [LoggedTensor], _ run: RunRecord
  ) -> Bool {
    guard let gradient = largest(tensor) else { return false }
    if moved.contains(where: { other in largest(other).map { $0 <= gradient } ?? false }) {
      return true
    }
    guard let rate = Rates.course(run)?.highest?.value, let change = tensor.changes.first else {
      return false
    }
    let digits = PrintedDigits(moved.flatMap(\.changes))
    return rate * gradient > 10 * (digits?.halfUnit(of: 0) ?? change.halfUnits(of: [0])[0])
  }

  private static func largest(_ tensor: LoggedTensor) -> Double? {
    tensor.gradients.compactMap { $0.highest?.value }.max()
  }

  private static func finding(_ group: ModuleGroup, _ run: RunRecord) -> Finding {
    let tensors = group.tensors
    let records = tensors.compactMap { $0.changes.first?.count ?? $0.records }.max() ?? 0
    let gradient = tensors.compactMap(largest).max() ?? 0
    let verb = tensors.count == 1 ? "has" : "have"
    let gradients = tensors.count == 1 ? "a gradient" : "gradients"
    return Finding(
      rule: Rule.notOptimized.name, .warning, .likely, subjects: group.subjects,
      "\(group.text) \(verb) \(gradients), up to \(gradient.shown()), and did not move in "
        + "\(records) of \(records) records, while tensors of no larger gradient moved: not in the "
        + "optimizer, or made after it",
      figures: [
        .init("tensors", Double(tensors.count)), .init("largest gradient", gradient),
        .init("change", 0), .init("records", Double(records)),
      ],
      evidence: Array(tensors.flatMap(\.places).prefix(8)),
      unknown: "what the optimizer holds; a change that is a difference of norms misses a rotation",
      remedy: "make all layers before the optimizer, and hand it all parameters",
      proof: "the optimizer's parameters hold the tensor, and its change is not 0 in the next step")
  }

  private static func told(_ group: ModuleGroup) -> Finding {
    let isLate = group.tensors.allSatisfy { $0.record?.isLate == true }
    let isLive = group.tensors.contains { $0.isZero == false }
    let verb = group.tensors.count == 1 ? "is" : "are"
    let why = isLate ? "made after the optimizer, which does not hold it" : "not in the optimizer"
    return Finding(
      rule: Rule.notOptimized.name, isLive ? .error : .warning, .established,
      subjects: group.subjects,
      "\(group.text) \(verb) \(why)\(isLive ? ", and has gradient" : "")",
      figures: [.init("tensors", Double(group.tensors.count))],
      evidence: group.tensors.flatMap(\.places).prefix(8).map { $0 },
      remedy: "make all layers before the optimizer, and hand it all parameters",
      proof: "the optimizer's parameters hold the tensor, and its change is not 0 in the next step")
  }

  /// No tensor moves although gradients are there: there is no step, or its rate is 0.
  private static func nothingMoves(_ still: [LoggedTensor], _ run: RunRecord) -> Finding? {
    let records = still.map(\.records).max() ?? 0
    // The rate of those very steps: a warm-up may begin at 0.
    let rate = Rates.course(run).flatMap { course in
      still.lazy.flatMap(\.gradients).map { Moments.rows([course, $0]) }.first { !$0.isEmpty }?
        .map { $0[0].value }.max()
    }
    if rate == 0 || (rate == nil && records < 2) { return nil }
    return Finding(
      rule: Rule.notOptimized.name, rate == nil ? .error : .critical,
      rate == nil ? .likely : .established, subjects: still.map(\.path),
      "none of \(still.count) logged tensors moved in \(records) records, though all have gradients"
        + "\(rate.map { " and the rate is \($0.shown())" } ?? "")",
      figures: [.init("tensors", Double(still.count)), .init("records", Double(records))],
      evidence: Array(still.flatMap(\.places).prefix(8)),
      unknown: "whether the optimizer steps, and on these parameters",
      remedy: "call the optimizer's step after backward, on the parameters of this model",
      proof: "after one step the norm of each tensor has changed")
  }
}
