import ThalwegRecord

/// What words say that happened: starts, ends, warnings.
extension ConsoleRuns {
  /// What was taken from the words of a piece.
  enum Taken {
    /// Its values are still to be taken.
    case nothing
    case words
    case number
  }

  /// Whether words behind a name are wanted, which may be settings.
  var keepsTexts: Bool { phase == .head || phase == .held }

  mutating func take(_ note: ConsoleNote, _ collector: RunCollector) -> Taken {
    var marks = note.marks
    if marks.contains(.planned) { marks.subtract([.stoppedEarly, .warning]) }
    if rank != nil { marks.subtract(ConsoleMarks.course) }
    if marks.contains(.pythonWarning) {
      marks.insert(.warning)
      scanner.items.removeAll { $0.name.upperBound > note.warningStart }
    }
    if marks.contains(.ended) {
      fail(note.text, at: note.position, collector)
      return .words
    }
    if marks.contains(.resumed) && phase != .ended { return resume(note, collector) }
    if marks.contains(.stoppedEarly) && (phase == .training || phase == .ended) {
      end(.stoppedEarly, note.text, at: note.position, collector)
      return .words
    }
    if marks.contains(.over) || (marks.contains(.finished) && scanner.head.epoch == nil) {
      end(.finished, note.text, at: note.position, collector)
    } else if marks.contains(.started) || isTitleOfRun(note, marks) {
      start()
    }
    let isAttention = marks.contains(.warning) || note.level != nil
    if isAttention { dropTold() }
    if isAttention { incident(.warning, note.text, at: note.position, collector) }
    // The first steps of mixed precision often overflow; nothing else is printed of them.
    if phase == .head && marks.contains(.lossScale) && isAttention
      && note.text.lowercased().contains("loss scal")
    {
      phase = .training
    }
    if phase != .training { return .nothing }
    if marks.contains(.rate), let rate = note.number {
      incident(.rateChanged, note.text, figures: [rate], at: note.position, collector)
      return .number
    }
    if marks.contains(.lossScale) && (isAttention || note.text.lowercased().contains("loss scale")),
      let scale = note.number
    {
      if !isAttention { incident(.warning, note.text, at: note.position, collector) }
      let name = rank.map { "rank \($0) loss_scale" } ?? "loss_scale"
      collector.figure(name, scale, role: .lossScale, at: note.position)
      return .number
    }
    return .nothing
  }

  /// A sentence that tells of a loss is no record of it, unless it says where training is.
  private mutating func dropTold() {
    if scanner.head.epoch != nil || scanner.head.step != nil { return }
    let count = scanner.items.count
    scanner.items.removeAll {
      $0.value.kind == .number && !$0.value.value.isFinite && ($0.isTold || $0.isUnsigned)
    }
    if scanner.items.count < count { scanner.head = ConsoleHead() }
  }

  /// A title under a rule, after a run: the next one's, unless it is one of results. Before the
  /// end of a run it must speak of training.
  private func isTitleOfRun(_ note: ConsoleNote, _ marks: ConsoleMarks) -> Bool {
    let isOpen =
      phase == .ended || (phase == .held && !hasStart)
      || (phase == .training && note.text.lowercased().contains("training"))
    return note.isTitle && isOpen && scanner.items.isEmpty && scanner.head.isEmpty
      && marks.isDisjoint(with: [.summary, .finished, .stoppedEarly])
  }

  /// Training goes on from a checkpoint; the figures of the line are the checkpoint's.
  private mutating func resume(_ note: ConsoleNote, _ collector: RunCollector) -> Taken {
    var figures = scanner.head.said.map(\.value)
    for item in scanner.items where item.value.kind == .number { figures.append(item.value.value) }
    if phase == .training { start() }
    isResumed = true
    incident(.resumed, note.text, figures: figures, at: note.position, collector)
    return figures.isEmpty ? .words : .number
  }
}
