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
    let said = logged.filter { $0.isOutside == true }
    let judged = logged.filter { tensor in
      if case .notRecorded = tensor.motion { return false }
      return tensor.isZero != nil
    }
    let knows = logged.contains { $0.isOutside != nil }
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
        $0.isOutside != true && reason($0, moved, run) != nil
      }
      let groups = ModuleGroup.groups(of: stale, among: judged)
      findings += groups.prefix(mostFindings).map { finding($0, moved, run) }
    }
    let groups = ModuleGroup.groups(of: said, among: logged)
    findings += groups.prefix(mostFindings).map(told)
    return .init(findings)
  }

  /// Why a tensor of this gradient should have moved by more than the printed digits.
  private enum Reason {
    /// Others of no larger gradient moved.
    case others
    /// The rate times the gradient.
    case product(Double)
  }

  private static func reason(
    _ tensor: LoggedTensor, _ moved: [LoggedTensor], _ run: RunRecord
  ) -> Reason? {
    guard let gradient = largest(tensor) else { return nil }
    if moved.contains(where: { other in largest(other).map { $0 <= gradient } ?? false }) {
      return .others
    }
    guard let rate = Rates.course(run)?.highest?.value, let change = tensor.changes.first else {
      return nil
    }
    let digits = PrintedDigits(moved.flatMap(\.changes))
    let halfUnit = digits?.halfUnit(of: 0) ?? change.halfUnits(of: [0])[0]
    return rate * gradient > 10 * halfUnit ? .product(rate * gradient) : nil
  }

  private static func largest(_ tensor: LoggedTensor) -> Double? {
    tensor.gradients.compactMap { $0.highest?.value }.max()
  }

  private static func finding(
    _ group: ModuleGroup, _ moved: [LoggedTensor], _ run: RunRecord
  ) -> Finding {
    let tensors = group.tensors
    let records = tensors.compactMap { $0.changes.first?.count ?? $0.records }.max() ?? 0
    let gradient = tensors.compactMap(largest).max() ?? 0
    let verb = tensors.count == 1 ? "has" : "have"
    let gradients = tensors.count == 1 ? "a gradient" : "gradients"
    let products = tensors.compactMap { tensor -> Double? in
      guard case .product(let product)? = reason(tensor, moved, run) else { return nil }
      return product
    }
    let beside =
      products.max().map { "though the rate times the gradient is up to \($0.shown())" }
      ?? "while tensors of no larger gradient moved"
    let isHeld = tensors.allSatisfy { $0.isOutside == false }
    let cause =
      isHeld
      ? "the optimizer holds \(tensors.count == 1 ? "it" : "them"), so the updates are 0 or round "
        + "away" : "not in the optimizer, or made after it"
    return Finding(
      rule: Rule.notOptimized.name, .warning, .likely, subjects: group.subjects,
      "\(group.text) \(verb) \(gradients), up to \(gradient.shown()), and did not move in "
        + "\(records) of \(records) records, \(beside): \(cause)",
      figures: [
        .init("tensors", Double(tensors.count)), .init("largest gradient", gradient),
        .init("change", 0), .init("records", Double(records)),
      ],
      evidence: Array(tensors.flatMap(\.places).prefix(8)),
      unknown: isHeld
        ? "whether its group has the rate 0, or an update is less than half a unit of its last "
          + "digit, as with weights in bfloat16"
        : "what the optimizer holds; a change that is a difference of norms misses a rotation",
      remedy: isHeld
        ? "look at the rate of its group, and keep the weights that are updated in float32"
        : "make all layers before the optimizer, and hand it all parameters",
      proof: isHeld
        ? "its change is not 0 in the next step"
        : "the optimizer's parameters hold the tensor, and its change is not 0 in the next step")
  }

  private static func told(_ group: ModuleGroup) -> Finding {
    let isLate = group.tensors.allSatisfy { $0.record?.isLate == true }
    let isLive = group.tensors.contains { $0.isZero == false }
    let isOne = group.tensors.count == 1
    let verb = isOne ? "is" : "are"
    let live = isLive ? ", and \(isOne ? "has" : "have") gradient" : ""
    let why =
      isLate
      ? "made after the optimizer, which does not hold \(isOne ? "it" : "them")"
      : "not in the optimizer"
    return Finding(
      rule: Rule.notOptimized.name, isLive ? .error : .warning, .established,
      subjects: group.subjects,
      "\(group.text) \(verb) \(why)\(live)",
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
    if NeverUpdated.judge(run).isFound { return nil }
    let isHeld = still.allSatisfy { $0.isOutside == false }
    let steps = run.ranked(.updatedStep).first.map { $0.zeros < $0.count } ?? false
    let isUpdated = isHeld && steps
    let cause =
      isUpdated ? ": the optimizer holds them and steps, so its updates are 0 or round away" : ""
    return Finding(
      rule: Rule.notOptimized.name, rate == nil ? .error : .critical,
      rate == nil ? .likely : .established, subjects: still.map(\.path),
      "none of \(still.count) logged tensors moved in \(records) records, though all have gradients"
        + "\(rate.map { " and the rate is \($0.shown())" } ?? "")\(cause)",
      figures: [.init("tensors", Double(still.count)), .init("records", Double(records))],
      evidence: Array(still.flatMap(\.places).prefix(8)),
      unknown: isUpdated
        ? "whether an update is less than half a unit of the weights' last digit, as in bfloat16"
        : "whether the optimizer steps, and on these parameters",
      remedy: isUpdated
        ? "keep the weights that are updated in float32, and look at the rate of each group"
        : "call the optimizer's step after backward, on the parameters of this model",
      proof: "after one step the norm of each tensor has changed")
  }
}
