import ThalwegRecord

/// Sorts what lines say into runs: heads, figures, ends.
///
/// What stands between the end of one run and the first progress of the next is held until it is
/// known whose it is.
struct ConsoleRuns {
  enum Phase {
    /// Before any progress: values are settings.
    case head
    case training
    /// Training ended; what follows still speaks of it, until something begins.
    case ended
    /// Something begins, or the program broke off: values are held.
    case held
  }

  /// What is not yet known to belong to the run before or the next.
  struct Held {
    enum Content {
      case value(setting: ConsoleRuns.Assignment, figures: [(entry: Int, value: Double)])
      case text(ConsoleRuns.Assignment)
      case incident(Incident.Kind, String, [Double])
    }

    var content: Content
    var position: Int
  }

  /// A setting before it is known which run it is of.
  struct Assignment {
    var entry: Int?
    var path: [String]
    var value: Setting.Value
    var text: String
  }

  /// Values that are held; more of them decide that they belong to the run before.
  static let heldLimit = 4096
  /// Warnings that are kept of a file.
  private static let warningLimit = 5000
  /// Elements of a list that become figures.
  static let elementLimit = 16

  /// Reads the pieces one by one; it stays here because handing it over would copy it.
  var scanner = ConsoleScanner()
  var names = ConsoleNames()
  var phase = Phase.head
  /// The first progress of the run, and the data that it is about.
  var first: Progress?
  var firstSplit: Split?
  var held: [Held] = []
  /// Whether something began since the run ended.
  var hasStart = false
  /// Whether it began without an end before it, so that it may be part of the run; and whether no
  /// words said so.
  var isDoubtful = false
  var isWordless = false
  var isResumed = false
  /// Where training was said to be finished.
  var finish: Int?
  var totals: [String: Double] = [:]
  /// Whether the run has a head.
  var hasHead = false
  /// How many runs the collector had when it was last looked at.
  var runCount = 1
  /// Data that the section is about.
  var section: Split?
  /// The heading above, an index of `headings`; nil: there is none.
  var heading: Int?
  private(set) var headings: [String] = []
  private var knownHeadings = ByteIndex(limit: 1 << 14)
  /// A count in the head that may be a setting, and how many pieces ago it was said.
  var tentative: (head: ConsoleHead, age: Int)?
  /// Names that the head says again and again.
  var repeats = ConsoleRepeats()
  private var warnings = 0
  /// Which of several processes speaks; nil: the one that spoke first, whose names are plain.
  private(set) var rank: Int?
  private var firstRank: Int?

  /// - Parameter isBare: whether the rank is a mere number: it is one from the first line on that it
  ///   begins and that says how far training is.
  mutating func setRank(_ number: Int?, isBare: Bool) {
    rank = nil
    guard let number else { return }
    if isBare && scanner.head.isEmpty && firstRank == nil { return }
    if firstRank == nil { firstRank = number }
    if number != firstRank { rank = number }
  }

  /// What stands above the lines that follow.
  mutating func setHeading(_ line: LineBytes, _ range: Range<Int>) {
    heading =
      range.count > 200 ? nil : knownHeadings.number(of: line, range, 0..<0, salt: 0)
    if heading == headings.count { headings.append(ConsoleName.text(line, range)) }
  }

  // MARK: Incidents

  mutating func incident(
    _ kind: Incident.Kind, _ text: String, figures: [Double] = [], at position: Int,
    _ collector: RunCollector
  ) {
    if kind == .warning {
      warnings += 1
      if warnings > ConsoleRuns.warningLimit { return }
    }
    let isHeld = phase == .held || (phase == .ended && kind == .warning)
    if isHeld && held.count < ConsoleRuns.heldLimit {
      held.append(Held(content: .incident(kind, text, figures), position: position))
    } else {
      collector.incident(kind, text, figures: figures, at: position)
    }
  }

  var droppedWarnings: Int { max(0, warnings - ConsoleRuns.warningLimit) }

  /// The program broke off with an error of its own.
  mutating func fail(_ text: String, at position: Int, _ collector: RunCollector) {
    if phase == .held && hasStart { beginRun(collector) }
    release(asSettings: first == nil, collector)
    collector.incident(.exception, text, at: position)
    phase = .held
    (hasStart, isDoubtful, isResumed) = (false, false, false)
    section = nil
  }

  /// Training came to an end, early or not.
  mutating func end(
    _ kind: Incident.Kind, _ text: String, at position: Int, _ collector: RunCollector
  ) {
    if phase == .head { return }
    if phase == .held && hasStart {
      beginRun(collector)
    } else {
      release(asSettings: first == nil, collector)
    }
    collector.incident(kind, text, at: position)
    if kind == .finished { finish = position }
    phase = .ended
    (hasStart, isDoubtful) = (false, false)
    section = nil
  }

  /// Something begins here: the head of another run, or of the same one that is taken up again.
  /// - Parameter isWordless: nothing says so but values of the head that stand there again.
  mutating func start(isWordless: Bool = false) {
    if phase == .head { return }
    if phase == .training { isDoubtful = true }
    self.isWordless = isWordless && !hasStart
    phase = .held
    hasStart = true
    section = nil
  }

  // MARK: Runs

  /// What is held belongs to a new run.
  mutating func beginRun(_ collector: RunCollector) {
    collector.beginRun()
    runCount = collector.runs.count
    first = nil
    hasHead = false
    totals = [:]
    finish = nil
    phase = .head
    release(asSettings: true, collector)
    (hasStart, isDoubtful, isResumed) = (false, false, false)
  }

  /// Gives what is held to the run that grows.
  mutating func release(asSettings: Bool, _ collector: RunCollector) {
    let released = held
    held = []
    for item in released {
      switch item.content {
      case .incident(let kind, let text, let figures):
        collector.incident(kind, text, figures: figures, at: item.position)
      case .text(let setting):
        if asSettings { file(setting, at: item.position, collector) }
      case .value(let setting, let figures):
        if asSettings {
          file(setting, at: item.position, collector)
        } else {
          for (entry, value) in figures {
            collector.figure(&names[entry].slot, value, at: item.position)
          }
        }
      }
    }
  }

  mutating func file(_ setting: Assignment, at position: Int, _ collector: RunCollector) {
    collector.setting(
      setting.path, setting.value, text: setting.text, origin: .record, at: position)
    if let entry = setting.entry {
      names[entry].headRun = collector.runs.count - 1
      hasHead = true
    }
  }

  /// Progress is reached after an end or a start: of this run, or of another?
  mutating func decide(_ reached: Progress, _ split: Split?, _ collector: RunCollector) {
    if isNew(reached, split, last: collector.progress) {
      beginRun(collector)
    } else if phase == .held || reached.isAfter(collector.progress) {
      goOn(collector)
    }
  }

  private func isNew(_ reached: Progress, _ split: Split?, last: Progress) -> Bool {
    guard let first else { return true }
    if isResumed && reached.lies(behind: first) { return false }
    if phase == .ended {
      // A bar is often drawn once more when all is over.
      let isComparable =
        (reached.epoch != nil && last.epoch != nil) || (reached.step != nil && last.step != nil)
        || (reached.epoch == nil && reached.step == nil)
      return last.isAfter(reached) || !isComparable
    }
    if isDoubtful {
      let isAgain = reached == first && split == firstSplit
      let isHead = !isWordless && valueCount >= 3 && !reached.isAfter(last)
      return last.lies(behind: reached) || isAgain || isHead
    }
    return hasStart ? !reached.lies(behind: last) : !reached.isAfter(last)
  }

  /// What is held belongs to the run that grows, which goes on.
  mutating func goOn(_ collector: RunCollector) {
    release(asSettings: isResumed, collector)
    if let finish {
      // It was the end of a part of training only.
      collector.run.incidents.removeAll {
        $0.kind == .finished && $0.place == collector.place(finish)
      }
    }
    finish = nil
    (hasStart, isDoubtful, isResumed) = (false, false, false)
    phase = .training
  }

  private var valueCount: Int {
    held.count { if case .value = $0.content { true } else { false } }
  }

  /// The file ends; what is held must belong to somebody.
  mutating func finishFile(_ collector: RunCollector) {
    if phase == .held && hasStart && !isWordless && valueCount > 0 { return beginRun(collector) }
    release(asSettings: first == nil, collector)
  }
}

extension Progress {
  /// Whether this is further on than `other`; batches count where nothing else does.
  fileprivate func lies(behind other: Progress) -> Bool {
    epoch == nil && step == nil ? isAfter(other) : isFurther(than: other)
  }
}
