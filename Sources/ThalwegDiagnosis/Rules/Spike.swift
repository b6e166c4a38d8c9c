import ThalwegRecord

extension Rule {
  package static let spike = Rule(
    name: "spike",
    summary: "a loss or norm lies over six robust deviations above the 128 figures before it",
    needs: "at least 12 losses or norms",
    severities: .info ... .error,
    judge: Spike.judge)
}

enum Spike {
  /// A loss that stays at twice its level has not come back.
  private static let lostRatio = 2.0
  /// A hard batch in a running mean makes less of a hill.
  private static let seriousLoss = 2.0
  /// For losses that may be below 0: a share of all that the course covers.
  private static let seriousShare = 0.25
  /// A single figure is one batch: it must be twice over the mark, and this many times the level,
  /// to be more than a hard one.
  private static let singleHeight = 2.0
  private static let singleRatio = 3.0
  /// Clipping takes norms away; ten times the usual is more than batches differ.
  private static let seriousNorm = 10.0
  /// So many of a course's figures beyond the mark: its tail is heavy, and single ones say nothing.
  private static let heavyShare = 0.005
  /// Figures of a first phase this many times the next ones.
  private static let startRatio = 10.0

  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let losses = run.ranked(.loss).filter { $0.samples.count >= SpikeSearch.fewest }
    let norms = run.ranked(.gradientNorm, .normBeforeClip).filter {
      $0.samples.count >= SpikeSearch.fewest
    }
    if losses.isEmpty && norms.isEmpty {
      return .cannotTell("at least \(SpikeSearch.fewest) losses or norms")
    }
    let restarts = Rates.course(run).map { Rates.jumps($0, over: 1.5) } ?? []
    var findings = (losses + norms).compactMap { finding($0, run, restarts.map(\.to)) }
    findings += norms.compactMap { start($0, run) }
    return .init(findings)
  }

  private static func finding(
    _ series: Series, _ run: RunRecord, _ restarts: [Point]
  ) -> Finding? {
    let search = SpikeSearch(series)
    if search.events.isEmpty { return nil }
    let isHeavy =
      search.events.count >= 3
      && Double(search.events.count) > heavyShare * Double(search.judged)
    func severity(_ event: SpikeSearch.Event) -> Severity {
      if isRestart(event.onset, restarts) { return .info }
      let isLoss = series.role == .loss
      return Spike.severity(event, isLoss: isLoss, isRatio: search.isRatio, isHeavy: isHeavy)
    }
    guard
      let worst = search.events.max(by: { one, other in
        let (mine, theirs) = (severity(one), severity(other))
        return mine == theirs ? one.height < other.height : mine < theirs
      })
    else { return nil }
    let often = search.events.count == 1 ? "once" : "\(search.events.count) times"
    let size =
      search.isRatio && worst.size.isFinite
      ? "\(worst.size.shown(3)) times the level \(worst.level.shown()) before"
      : "above the level \(worst.level.shown()) before"
    let unit = series.stride == 1 ? "records" : "samples of \(series.stride) records"
    let end =
      worst.isBack
      ? "back after \(worst.length) \(unit)" : "not back within \(worst.length) \(unit)"
    let height =
      worst.height.isFinite
      ? "\(worst.height.shown(3)) robust deviations where \(worst.limit.shown(2)) mark a spike"
      : "where the figures before do not scatter"
    let cause = isRestart(worst.onset, restarts) ? "; the learning rate rises there" : ""
    return Finding(
      rule: Rule.spike.name, severity(worst), worst.length > 1 ? .established : .likely,
      subjects: [series.key.name],
      "\(series.key.name) spikes \(often); the gravest to \(worst.top.value.shown()) at "
        + "\(run.whereabouts(worst.top)), \(size), \(height), \(end)\(cause)",
      figures: [
        .init("spikes", Double(search.events.count)), .init("value", worst.top.value),
        .init("level before", worst.level),
        .init("deviations", worst.height.isFinite ? worst.height : nil),
        .init("records until it is back", worst.isBack ? Double(worst.length) : nil),
      ],
      evidence: [worst.onset.place, worst.top.place],
      unknown: worst.length == 1
        ? "whether one batch was hard or a step too long; the batch is not recorded" : nil,
      remedy: "look at the batches there; clip at the 90th percentile of the norms or lower the "
        + "rate",
      proof: "replay the step with the same batch and weights: a spike that comes again lies in "
        + "the batch or the step")
  }

  private static func severity(
    _ event: SpikeSearch.Event, isLoss: Bool, isRatio: Bool, isHeavy: Bool
  ) -> Severity {
    let isSingle = event.length < 3
    let isTall = event.height > singleHeight * event.limit && !isHeavy
    if !isLoss {
      return isRatio && event.size > seriousNorm && (!isSingle || isTall) ? .warning : .info
    }
    let isSerious = isRatio ? event.size > seriousLoss : event.size > seriousShare
    if !event.isBack && !isSingle {
      let isLost = isRatio ? event.size > lostRatio : event.size > 2 * seriousShare
      return isLost ? .error : isSerious ? .warning : .info
    }
    if isSingle {
      let isLarge = isRatio ? event.size > singleRatio : event.size > 1
      return isTall && isLarge ? .warning : .info
    }
    return isSerious ? .warning : .info
  }

  /// Whether the rate rose shortly before.
  private static func isRestart(_ onset: Point, _ restarts: [Point]) -> Bool {
    restarts.contains { restart in
      if restart.progress == onset.progress { return true }
      if onset.progress.precedes(restart.progress) { return false }
      if let mine = onset.progress.epoch, let theirs = restart.progress.epoch {
        return abs(mine - theirs) <= 1
      }
      if let mine = onset.progress.step, let theirs = restart.progress.step {
        return Double(mine) - Double(theirs) <= 0.02 * Double(mine)
      }
      return false
    }
  }

  /// Norms that start high and fall are those of new weights or of a new task.
  private static func start(_ series: Series, _ run: RunRecord) -> Finding? {
    let tenth = max(1, series.samples.count / 10)
    let first = series.samples.prefix(tenth).map(\.high)
    let next = series.samples.dropFirst(tenth).prefix(max(tenth, 5)).map(\.high.value)
    guard let top = first.max(by: { $0.value < $1.value }), !next.isEmpty else { return nil }
    let level = Robust.median(next)
    if level <= 0 || top.value <= startRatio * level { return nil }
    let ratio = top.value / level
    let times = ratio.isFinite ? "\(ratio.shown(3)) times" : "far above"
    return Finding(
      rule: Rule.spike.name, .info, .established, subjects: [series.key.name],
      "\(series.key.name) starts high, \(top.value.shown()) at \(run.whereabouts(top)), "
        + "\(times) the \(level.shown()) that follows, and falls "
        + "within the first tenth of the record: a transient of the first steps",
      figures: [.init("value", top.value), .init("level after", level)], evidence: [top.place])
  }
}
