/// What the state of an optimizer says of one parameter of a model.
struct TrainingEvidence {
  /// Two directions that are nearer than that are one.
  private static let sameDirection = 0.95
  /// Fewer numbers than these have one direction by chance.
  private static let leastCount = 8

  private let match: ParameterMatch
  private let readsMoments: Bool
  /// Said of all parameters where it is said of one, so that it is made once.
  private let unknown: TrainingFinding

  init(match: ParameterMatch, readsMoments: Bool) {
    self.match = match
    self.readsMoments = readsMoments
    var unknown = TrainingFinding(.cannotTell, match.reason)
    unknown.isOpen = true
    self.unknown = unknown
  }

  func finding(
    _ tensor: CheckpointTensor, _ membership: ParameterMatch.Membership,
    _ numbers: inout CheckpointNumbers
  ) throws(NumbersError) -> TrainingFinding {
    switch membership {
    case .slot(let slot):
      let own = match.slots[slot]
      var finding = try finding(tensor, own, &numbers)
      finding.isInGroup = true
      let decay = numbers.listing.optimizers[own.optimizer].groups[own.group].weightDecay
      finding.mayDecay = decay.map { $0 != 0 }
      return finding
    case .oneOf(let slots, let mayBeNone):
      var finding = uncertain(slots, mayBeNone: mayBeNone, numbers.listing)
      finding.isOpen = finding.verdict == .cannotTell && mayBeNone
      if !mayBeNone { finding.isInGroup = true }
      return finding
    case .none:
      var finding = TrainingFinding(
        .neverUpdated,
        "in no group of the optimizer: made after it, left out of it, or a buffer")
      finding.isInGroup = false
      return finding
    case .noParameter, .unknown: return unknown
    }
  }

  private func uncertain(
    _ slots: ClosedRange<Int>, mayBeNone: Bool, _ listing: CheckpointListing
  ) -> TrainingFinding {
    let kept = slots.count { match.slots[$0].entry != nil }
    let isLazy = slots.allSatisfy {
      listing.optimizers[match.slots[$0].optimizer].keepsFromFirstGradient == true
    }
    if kept == 0 && isLazy {
      return TrainingFinding(
        .neverUpdated,
        "the optimizer keeps nothing for any of the \(slots.count) parameters that it may be"
          + (mayBeNone ? ", or it is in no group" : ""))
    }
    let other = mayBeNone ? ", or one that is in no group" : ""
    let key = match.slots[slots.lowerBound].key
    if slots.count == 1 {
      let has = kept == 0 ? "no state" : "state"
      return TrainingFinding(
        .cannotTell, "may be parameter \(key) of the optimizer, which has \(has)\(other)")
    }
    return TrainingFinding(
      .cannotTell,
      "may be any of \(slots.count) parameters of the optimizer, \(kept) of which have state"
        + other)
  }

  private func finding(
    _ tensor: CheckpointTensor, _ slot: ParameterMatch.Slot, _ numbers: inout CheckpointNumbers
  ) throws(NumbersError) -> TrainingFinding {
    let optimizer = numbers.listing.optimizers[slot.optimizer]
    guard let entry = slot.entry else {
      if optimizer.keepsFromFirstGradient != true {
        var finding = TrainingFinding(
          .cannotTell, "the optimizer keeps nothing for it, as one of its kind may do for any")
        finding.isOpen = true
        return finding
      }
      let kept = optimizer.entries.count
      return TrainingFinding(
        .neverUpdated,
        "no state: the optimizer keeps some for \(kept) of its \(optimizer.parameterCount) "
          + "parameters, those that had a gradient")
    }
    let step = try entry.updates(&numbers)
    if step == 0 {
      var finding = TrainingFinding(.neverUpdated, "the optimizer counts 0 updates")
      finding.step = 0
      return finding
    }
    var finding = try momentFinding(tensor, entry, optimizer.groups[slot.group], step, &numbers)
    finding.step = step
    return finding
  }

  private func momentFinding(
    _ tensor: CheckpointTensor, _ entry: OptimizerState.Entry, _ group: OptimizerState.Group,
    _ step: Double?, _ numbers: inout CheckpointNumbers
  ) throws(NumbersError) -> TrainingFinding {
    let after = step.map { " after \(TrainingEvidence.updates($0))" } ?? ""
    let name = OptimizerState.moments.first { name in
      entry.parts.contains { $0.name == name && numbers[$0.path] != nil }
    }
    // Adagrad's sum may begin above 0, which then says nothing.
    guard let name, name != "sum" || (group.initialSum ?? 0) == 0,
      let path = entry.parts.first(where: { $0.name == name })?.path, let moment = numbers[path]
    else {
      var finding = TrainingFinding(
        .cannotTell,
        "the optimizer has state for it\(after), but no moment that would tell gradients of 0")
      finding.isOpen = true
      return finding
    }
    if !readsMoments {
      return TrainingFinding(
        .cannotTell,
        "the optimizer has state for it\(after); --stats reads whether its \(name) is 0")
    }
    let statistics = try numbers.statistics(of: moment)
    let others = statistics.count - statistics.zeros
    let odd = statistics.nans + statistics.infinities
    var finding: TrainingFinding
    if odd > 0 && others == odd {
      finding = TrainingFinding(
        .cannotTell,
        "its \(name) is not finite in \(odd) of \(statistics.count) entries\(after), and 0 in the "
          + "others: gradients reached it that were no numbers")
    } else if others > 0 {
      finding = TrainingFinding(
        .trained,
        "its \(name) is not 0 in \(others) of \(statistics.count) entries\(after), with a norm of "
          + Text.short(statistics.norm) + (odd > 0 ? ", \(odd) of them not finite" : ""))
      if let reason = try decayAlone(tensor, entry, group, step, &numbers) {
        finding = TrainingFinding(.cannotTell, finding.evidence[0] + ", but " + reason)
      }
    } else if let direction = try livingDirection(entry, &numbers) {
      finding = TrainingFinding(
        .trained, "its \(name) is 0\(after), for want of range, but its \(direction) is not")
    } else if name == "momentum_buffer" {
      // It shrinks with each step, and is 0 again some hundreds of steps behind the last gradient.
      finding = TrainingFinding(
        .cannotTell,
        "its \(name) is 0 in all \(statistics.count) entries\(after): the last gradients were 0, "
          + "and earlier ones are forgotten")
      finding.isOpen = true
    } else {
      let decay = group.weightDecay ?? 0
      let mayDecay = decay != 0 && group.isDecoupled != false
      finding = TrainingFinding(
        .neverUpdated,
        "its \(name) is 0 in all \(statistics.count) entries\(after): every gradient was 0"
          + (mayDecay ? ", though decay of \(decay) may have shrunk it" : ""))
    }
    finding.momentZeros = statistics.zeros
    return finding
  }

  /// A mean of the gradients that is not 0: squares of small ones may be.
  private func livingDirection(
    _ entry: OptimizerState.Entry, _ numbers: inout CheckpointNumbers
  ) throws(NumbersError) -> String? {
    for part in entry.parts where OptimizerState.directions.contains(part.name) {
      guard let tensor = numbers[part.path] else { continue }
      let statistics = try numbers.statistics(of: tensor)
      if statistics.zeros < statistics.count { return part.name }
    }
    return nil
  }

  /// Weight decay that is added to the gradient leaves moments even where the loss gives none: then
  /// the mean gradient lies along the parameter itself, and is as long as decay alone makes it.
  private func decayAlone(
    _ tensor: CheckpointTensor, _ entry: OptimizerState.Entry, _ group: OptimizerState.Group,
    _ step: Double?, _ numbers: inout CheckpointNumbers
  ) throws(NumbersError) -> String? {
    if group.weightDecay == 0 || group.isDecoupled == true { return nil }
    guard
      let path = entry.parts.first(where: { OptimizerState.directions.contains($0.name) })?.path,
      let moment = numbers[path], let pair = TensorPair(moment, tensor)
    else { return nil }
    let difference = try pair.difference(numbers.allowance, numbers.allowance)
    guard let cosine = difference.cosine else { return nil }
    if let decay = group.weightDecay, let beta = group.beta1 {
      return explained(difference, cosine, decay, beta, group.learningRate, step)
    }
    if cosine < TrainingEvidence.sameDirection { return nil }
    let isLong = difference.count >= TrainingEvidence.leastCount
    guard let decay = group.weightDecay else {
      return isLong
        ? "its mean gradient lies along itself (cosine \(Text.short(cosine))), as decay alone "
          + "would have it" : nil
    }
    // The buffer of a momentum tends to 1/(1 - m) of it.
    let share = 1 / (1 - min(0.999, group.momentum ?? 0))
    let ratio = difference.firstNorm / (difference.secondNorm * decay * share)
    if !(0.3...2).contains(ratio) { return nil }
    return
      "its mean gradient lies along itself (cosine \(Text.short(cosine))) and is as long as "
      + "weight decay of \(decay) alone makes it"
  }

  /// Adam goes by the sign of the mean, and decay alone moves a parameter by about the rate a step,
  /// to 0 and around it. So the mean, of about 1/(1 - beta1) steps, is that of a parameter that was
  /// no further away than those steps reach, and its direction tells no more than that.
  private func explained(
    _ difference: TensorDifference, _ cosine: Double, _ decay: Double, _ beta: Double,
    _ rate: Double?, _ step: Double?
  ) -> String? {
    var steps = 1 / (1 - beta)
    if let step, step < steps { steps = max(1, step) }
    let reach = (rate ?? 0) * Double(difference.count).squareRoot() * steps
    let length = difference.secondNorm
    let slant = reach < length ? 1 - (reach / length) * (reach / length) : 0
    let least = reach < length ? min(TrainingEvidence.sameDirection, slant.squareRoot()) : -1
    if cosine < least { return nil }
    // The mean has had 1 - beta1^t of what it tends to.
    let share = step.map { $0.isNaN ? 1 : 1 - power(beta, $0) } ?? 1
    let unit = decay * share
    let longest = 1.5 * unit * (length + reach)
    let shortest = 0.3 * unit * max(0, length - reach)
    guard difference.firstNorm >= shortest, difference.firstNorm <= longest else { return nil }
    return
      "its mean gradient (cosine with itself \(Text.short(cosine))) is no longer than weight decay "
      + "of \(decay) alone may make it"
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    var (result, factor, rest) = (1.0, base, Int(max(0, min(1e9, exponent))))
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }

  static func updates(_ step: Double) -> String {
    "\(Text.short(step, 15)) update\(step == 1 ? "" : "s")"
  }
}

extension TrainingFinding {
  /// Adds what became of the tensor since an earlier checkpoint.
  mutating func weigh(_ change: TensorChange, since path: String) {
    let before = verdict
    let said: String
    switch change.kind {
    case .unmoved:
      said = "the same bits as in \(path)"
      verdict = verdict == .trained ? .cannotTell : .neverUpdated
    case .decayed:
      said =
        "decayed only: each number is \(Text.short(change.difference?.factor, 6)) times that in "
        + path
      verdict = verdict == .trained ? .cannotTell : .neverUpdated
    case .reinitialized:
      said = "unlike \(path) in direction and alike in norm, as if drawn anew"
      if verdict == .neverUpdated { verdict = .cannotTell }
    case .moved where change.difference.map { $0.nonFinite > 0 && $0.norm == 0 } ?? false:
      said = "holds numbers that are not finite where \(path) differs; no other one moved"
      if verdict == .neverUpdated { verdict = .cannotTell }
    case .moved where mayDecay != false && change.difference?.factor != nil:
      said =
        "each number is \(Text.short(change.difference?.factor, 6)) times that in \(path), as "
        + "decay or equal steps leave equal numbers"
    case .moved:
      said = "differs from \(path) by a norm of \(Text.short(change.difference?.norm, 4))"
      if verdict == .neverUpdated { verdict = .cannotTell }
      // Where the optimizer says nothing, a change tells by itself.
      if before == .cannotTell && isOpen { verdict = .trained }
    case .added, .removed, .reshaped: return
    }
    evidence.insert(said, at: verdict == before ? evidence.count : 0)
  }
}
