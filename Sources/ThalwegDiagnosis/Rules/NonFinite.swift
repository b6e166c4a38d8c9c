import ThalwegRecord

extension Rule {
  package static let nonFinite = Rule(
    name: "non_finite",
    summary: "a loss, a norm or a tensor is NaN or infinite",
    needs: "losses, norms or figures of tensors",
    severities: .info ... .critical,
    judge: NonFinite.judge)
}

enum NonFinite {
  /// What training goes on from; a metric may be undefined in a healthy run.
  private static let trained: [Role] = [
    .loss, .term, .weightedTerm, .gradientNorm, .normBeforeClip, .normAfterClip, .gradientMaximum,
    .gradientMean, .learningRate, .parameterNorm, .parameterNormAfter, .parameterChange,
  ]
  private static let norms: [Role] = [
    .gradientNorm, .normBeforeClip, .normAfterClip, .gradientMaximum, .gradientMean,
  ]
  /// What is not finite where the gradients are not.
  private static let derived: [Role] = [
    .lossScale, .clipCoefficient, .termGradient, .sharedTermGradient,
  ]
  private static let shownSubjects = 5
  /// What in the name of a figure without a role makes another thing of a loss: `best_val_loss` is
  /// infinite before there is one.
  private static let others: Set<String> = [
    "best", "lowest", "highest", "previous", "prev", "last", "min", "max", "minimum", "maximum",
    "scale", "weight", "ratio", "patience", "std", "var", "delta", "change", "threshold", "time",
  ]

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    // A name without a figure was not looked at.
    let judged = run.series.filter { $0.count > 0 && isTrained($0) }
    let states = run.tensors.filter { $0.states?.isCounted ?? false }
    if judged.isEmpty && states.isEmpty { return .cannotTell("losses, norms or tensors") }
    // In the order in which they went bad, which does not hang on the order of the record.
    let bad = judged.filter { $0.nonFiniteCount > 0 }.sorted { one, other in
      guard let mine = one.nonFinite.first, let theirs = other.nonFinite.first else { return false }
      return isEarlier(mine, theirs, tie: one.name < other.name)
    }
    var findings = Array([finding(bad, run)].compactMap { $0 })
    findings += [gradients(states)].compactMap { $0 }
    let metrics = run.series.filter { !isTrained($0) }
      .filter { $0.nonFiniteCount > 0 && !($0.role.map(derived.contains) ?? false) }
    findings += metrics.map { series in
      Finding(
        rule: Rule.nonFinite.name, .info, .established, subjects: [series.name],
        "\(series.name) is not finite in \(series.nonFiniteCount) of \(series.count) records",
        figures: [.init("records", Double(series.nonFiniteCount))],
        evidence: series.nonFinite.prefix(1).map(\.place))
    }
    return .init(findings)
  }

  private static func isTrained(_ series: Series) -> Bool {
    series.role.map(trained.contains) ?? isNamedLoss(series)
  }

  /// `Loss_D`, `box_loss`: a loss, or a part of one, by its name alone.
  private static func isNamedLoss(_ series: Series) -> Bool {
    if series.role != nil || series.key.tensor != nil { return false }
    let words = NameWords.split(series.key.name)
    return words.contains { $0 == "loss" || $0 == "losses" }
      && !words.contains(where: others.contains)
  }

  private static let remedy =
    "stop at the first such step and name its tensor and operation; then mend its range"
  private static let proof =
    "an injected NaN batch stops or is skipped with the parameters unchanged, and the run has none"

  /// Gradients of which the record counts the steps.
  private static func gradients(_ tensors: [TensorRecord]) -> Finding? {
    func steps(_ tensor: TensorRecord) -> Int { tensor.states?.nonFinite ?? 0 }
    let bad = tensors.filter { steps($0) > 0 }.sorted {
      (steps($1), $0.path) < (steps($0), $1.path)
    }
    guard let worst = bad.first else { return nil }
    let count = steps(worst) == 1 ? "1 step" : "\(steps(worst)) steps"
    let others = bad.count > 1 ? ", and that of \(bad.count - 1) more in as many at most" : ""
    return Finding(
      rule: Rule.nonFinite.name, .critical, .established, subjects: bad.map(\.path),
      "the gradient of \(worst.path) is not finite in \(count)\(others)",
      figures: [.init("steps", Double(steps(worst))), .init("tensors", Double(bad.count))],
      evidence: bad.prefix(shownSubjects).map(\.place).unique,
      unknown: "which operation made it", remedy: remedy, proof: proof)
  }

  private static func isEarlier(_ one: Point, _ other: Point, tie: Bool) -> Bool {
    if one.progress.precedes(other.progress) { return true }
    if other.progress.precedes(one.progress) { return false }
    let (mine, theirs) = (one.place, other.place)
    if mine.source != theirs.source { return mine.source < theirs.source }
    if mine.position != theirs.position { return mine.position ?? 0 < theirs.position ?? 0 }
    return tie
  }

  private static func finding(_ bad: [Series], _ run: RunRecord) -> Finding? {
    guard let series = bad.first, let first = series.nonFinite.first else { return nil }
    let kind = kind(bad, run)
    let others = bad.dropFirst().prefix(shownSubjects).map { other in
      "\(other.name) at \(other.nonFinite.first.map(run.whereabouts) ?? "no place")"
    }
    let more = bad.count - 1 - others.count
    let rest = others.isEmpty ? "" : "; then " + others.joined(separator: ", ")
    let origin = run.incidents.first { $0.kind == .nonFinite && $0.progress == first.progress }
    let began = origin.map { "; it began in \($0.text)" } ?? ""
    let missing = origin == nil ? "which operation made it" : "which operation of it"
    let isUpdated = isUpdated(at: first.progress, run)
    let update =
      switch isUpdated {
      case true?: "; the update of that step was made"
      case false?: "; that step made no update"
      case nil: ""
      }
    let unknown = missing + (isUpdated == nil ? ", and whether the step was taken" : "")
    return Finding(
      rule: Rule.nonFinite.name, kind.severity, kind.verdict, subjects: bad.map(\.name),
      "\(series.name) is \(first.value.shown()) at \(run.whereabouts(first)), the first of "
        + "\(series.nonFiniteCount) of \(series.count) records\(rest)"
        + "\(more > 0 ? " and \(more) more" : "")\(began)\(update)\(kind.text)",
      figures: bad.prefix(shownSubjects).map {
        .init("records of \($0.name) not finite", Double($0.nonFiniteCount))
      },
      evidence: bad.prefix(shownSubjects).compactMap { $0.nonFinite.first?.place },
      unknown: kind.isSkipped ? nil : unknown,
      remedy: kind.isSkipped ? nil : remedy, proof: kind.isSkipped ? nil : proof)
  }

  /// Whether the record says that a step updated the parameters; nil: it does not say.
  private static func isUpdated(at progress: Progress, _ run: RunRecord) -> Bool? {
    let points = run.ranked(.updatedStep).first?.points
    return points?.first { $0.progress == progress && progress.step != nil }.map { $0.value > 0 }
  }

  private struct Kind {
    var severity: Severity
    var text: String
    /// Whether mixed precision lowered its scale and left the step out.
    var isSkipped = false
    var verdict = Verdict.established
  }

  private static func kind(_ bad: [Series], _ run: RunRecord) -> Kind {
    let lasts = bad.contains { isLasting($0) }
    let text = course(bad, lasts: lasts)
    if bad.allSatisfy({ isNamedLoss($0) }) {
      // What a name alone calls a loss may be undefined where a batch has nothing of its kind.
      return Kind(severity: lasts ? .error : .warning, text: text, verdict: .likely)
    }
    if !bad.allSatisfy({ $0.role.map(norms.contains) ?? false }) {
      return Kind(severity: .critical, text: text)
    }
    if scaleFell(bad, run) {
      let text = "; the loss scale falls: such steps are skipped by design"
      return Kind(severity: .info, text: text, isSkipped: true)
    }
    // A loss that was replaced is none.
    let isReplaced = Filtered.judge(run).isFound
    if lasts || isReplaced || run.ranked(.loss).isEmpty {
      return Kind(severity: .critical, text: text)
    }
    // Norms alone, not to the end: parameters that were NaN would never be finite again.
    return Kind(
      severity: .warning,
      text: "\(text); losses are finite")
  }

  private static func course(_ bad: [Series], lasts: Bool) -> String {
    if lasts { return "; it stays so to the end" }
    if bad.allSatisfy({ $0.last?.value.isFinite ?? true }) { return "; later figures are finite" }
    let isBetween = bad.contains { returns($0) }
    return isBetween ? "; finite figures lie between" : "; nothing is recorded after it"
  }

  /// Whether all figures since the first that is not finite are so, two or more.
  private static func isLasting(_ series: Series) -> Bool {
    guard let last = series.last, !last.value.isFinite, series.nonFiniteCount > 1 else {
      return false
    }
    return !returns(series)
  }

  /// Whether a finite figure follows the first that is not.
  private static func returns(_ series: Series) -> Bool {
    guard let first = series.nonFinite.first, let end = series.samples.last else { return false }
    return [end.low, end.high].contains { point in
      if point.place.source == first.place.source, let mine = point.place.position,
        let its = first.place.position, mine != its
      {
        return mine > its
      }
      return first.progress.precedes(point.progress)
    }
  }

  /// Whether mixed precision lowered its scale at each place or right after it, as it does when it
  /// skips a step whose gradients overflowed.
  private static func scaleFell(_ bad: [Series], _ run: RunRecord) -> Bool {
    guard let scales = run.ranked(.lossScale).first?.points, !scales.isEmpty else { return false }
    return bad.allSatisfy { series in
      series.nonFiniteCount <= Series.nonFiniteLimit
        && series.nonFinite.allSatisfy { point in
          let after = scales.firstIndex { !$0.progress.precedes(point.progress) }
          guard let after else { return false }
          let before = max(after - 1, 0)
          let next = min(after + 1, scales.count - 1)
          return scales[next].value < scales[before].value
        }
    }
  }
}

extension Series {
  /// The tensor with the figure, or the figure alone.
  var name: String { key.tensor.map { "\(key.name) of \($0)" } ?? key.name }
}
