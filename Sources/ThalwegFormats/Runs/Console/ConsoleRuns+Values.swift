import ThalwegRecord

/// What pieces of lines say, taken in the order of the file.
extension ConsoleRuns {
  /// How a piece is read.
  private enum Reading {
    case figures, settings
    /// Nothing but progress that is none of training yet.
    case nothing
  }

  /// Takes a piece; true where it yielded a number.
  mutating func take(_ line: LineBytes, at position: Int, _ collector: RunCollector) -> Bool {
    let head = scanner.head
    if head.isEmpty && scanner.items.isEmpty && scanner.texts.isEmpty { return false }
    var surroundings = ConsoleNames.Surroundings(split: section, rank: rank)
    // Beside a loss of that name a bare `Train: 0.32` is a score.
    surroundings.hasEpoch = head.epoch != nil && !line.contains("loss", in: 0..<line.count)
    if !head.isEmpty {
      surroundings.split = head.split
      if !scanner.isBar { section = scanner.items.isEmpty ? head.split : nil }
    }
    findNames(line, surroundings, collector)
    if phase == .training && !(head.isEmpty && standsInHead()) {
      if !head.isEmpty { advance(head, collector) }
    } else {
      switch reading(collector) {
      case .nothing: return !hasUnread
      case .settings: return settings(line, at: position, collector)
      case .figures: break
      }
    }
    let isFound = figures(line, at: position, collector)
    takeTotals(head, at: position, collector)
    return isFound || (!head.isEmpty && !hasUnread)
  }

  /// Whether the piece holds a number that was not taken.
  private var hasUnread: Bool {
    scanner.hasUnread
      || scanner.items.contains {
        $0.isUnsigned && $0.entry == nil && $0.value.unit != .measure
      }
  }

  /// How to read a piece outside of training; what it says of progress is taken.
  private mutating func reading(_ collector: RunCollector) -> Reading {
    let head = scanner.head
    let isMeasured = scanner.items.contains { item in
      guard let entry = item.entry else { return false }
      return names[entry].isMeasured && item.value.kind != .list && item.value.kind != .bool
    }
    if head.isEmpty {
      if phase == .ended { return startsAgain() ? .settings : .figures }
      tentative?.age += 1
      if phase != .head || !isMeasured { return .settings }
      phase = .training
      if let tentative, tentative.age <= 3 { advance(tentative.head, collector) }
      tentative = nil
      return .figures
    }
    // `epoch: 100` alone may be a line of a configuration.
    if scanner.isSigned && !isMeasured && !scanner.isHeadline {
      tentative = (head, 0)
      return phase == .ended ? .figures : .settings
    }
    if head.epoch == nil && head.step == nil {
      // A bar may be one of loading data, or of a test after the run.
      if !isMeasured && !scanner.isHeadline { return phase == .ended ? .figures : .nothing }
      let countsBatches = first.map { $0.epoch == nil && $0.step == nil } ?? true
      if phase == .ended && !countsBatches { return .figures }
      if phase == .held && !countsBatches {
        if !isDoubtful { return .settings }
        goOn(collector)
      }
    }
    advance(head, collector)
    return .figures
  }

  /// After a run, whether values of its head stand here again: another head begins.
  private mutating func startsAgain() -> Bool {
    let run = runCount - 1
    let isAgain = scanner.items.contains { item in
      item.entry.map { names[$0].headRun == run } ?? false
    }
    if isAgain { start(isWordless: true) }
    return isAgain
  }

  /// In a run, whether a value stood in its head: another head may begin.
  private mutating func standsInHead() -> Bool {
    if !hasHead { return false }
    for index in scanner.items.indices {
      guard let entry = scanner.items[index].entry else { continue }
      if names[entry].isMeasured { return false }
      if names[entry].headRun == runCount - 1 {
        start(isWordless: true)
        return true
      }
    }
    return false
  }

  /// Takes what a head says of how far training is.
  mutating func advance(_ head: ConsoleHead, _ collector: RunCollector) {
    var reached = collector.progress
    if let epoch = head.epoch {
      if epoch != reached.epoch { reached.step = nil }
      reached.batch = nil
      reached.epoch = epoch
    }
    if let step = head.step { reached.step = step }
    if let batch = head.batch { reached.batch = batch }
    switch phase {
    // A process that lags behind begins no run.
    case .ended where rank != nil: break
    case .ended, .held:
      let said = Progress(step: head.step, epoch: head.epoch, batch: head.batch)
      decide(said, head.split, collector)
      if phase == .head { reached = said }
      if phase != .ended { phase = .training }
    case .head:
      isResumed = false
      phase = .training
    case .training: break
    }
    collector.progress = reached
    if first == nil { (first, firstSplit) = (reached, head.split) }
  }

  private mutating func takeTotals(
    _ head: ConsoleHead, at position: Int, _ collector: RunCollector
  ) {
    if collector.runs.count != runCount {
      runCount = collector.runs.count
      first = collector.progress
      totals = [:]
      finish = nil
      hasHead = false
    }
    if let total = head.epochs { setTotal("epochs", total, at: position, collector) }
    if let total = head.steps { setTotal("steps", total, at: position, collector) }
    let isTraining = head.split == nil || head.split == .training
    if isTraining, let total = head.batches { setTotal("batches", total, at: position, collector) }
  }

  func textOf(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? String(number)
  }

  mutating func setTotal(
    _ key: String, _ total: Double, at position: Int, _ collector: RunCollector
  ) {
    if totals[key] == total { return }
    totals[key] = total
    collector.setting(
      [key], .number(total), text: textOf(total), origin: .record, at: position)
  }
}
