import ThalwegRecord

/// Takes objects, one after the other, as records of one moment of training each.
struct RecordTaker {
  /// What the figures of records are about that have the same words in fields such as `mode`.
  private struct Group {
    /// Stands before the names of its figures.
    var prefix: [String]
    /// Whether our own run wrote the record.
    var isOwn: Bool
    /// By the number of the field.
    var slots: [RunCollector.Slot?] = []
  }

  private static let groupLimit = 64
  private static let textLimit = 40

  /// The split of figures that do not name one, where the tool says it.
  private let defaultSplit: Split?
  private var record = FlatRecord()
  private var uses: [FieldUse] = []
  private var groups = [Group(prefix: [], isOwn: false)]
  private var groupsByText: [String: Int] = [:]

  init(defaultSplit: Split? = nil) { self.defaultSplit = defaultSplit }

  /// Reads the object that the scanner stands before.
  /// - Returns: whether it yielded a value.
  mutating func take(
    _ scanner: inout JSONScanner, at line: Int?, into collector: RunCollector
  ) throws(JSONError) -> Bool {
    try record.read(&scanner)
    for field in uses.count..<max(uses.count, record.names.fields.count) {
      let path = record.names.fields[field].path
      uses.append(FieldUse(path, meant: collector.meant(by: path.joined(separator: "/"))))
    }
    let frame = try frame(scanner)
    collector.progress = frame.progress
    try report(frame, scanner, at: line, to: collector)
    var isUnderstood = false
    for (index, value) in record.values.enumerated() where !frame.holds(index) {
      if value.field < 0 {
        collector.note("values under more names, or longer ones, than are read", at: line)
        continue
      }
      if !frame.marked.isEmpty && isMarked(value.field, frame) { continue }
      let taken = try take(value, frame.group, scanner, at: line, into: collector)
      isUnderstood = isUnderstood || taken
    }
    return isUnderstood
  }
}

extension RecordTaker {
  /// What a record says of itself before its figures.
  private struct Frame {
    var progress = Progress()
    var group = 0
    /// Objects that are no figures.
    var marked: [Int] = []
    var outcome: JSONScanner.Quoted?
    var culprit: JSONScanner.Quoted?
    /// The values that were taken for the frame: step, epoch, batch, group.
    fileprivate var taken: (Int, Int, Int, Int) = (-1, -1, -1, -1)

    func holds(_ index: Int) -> Bool {
      index == taken.0 || index == taken.1 || index == taken.2 || index == taken.3
    }
  }

  private mutating func frame(_ scanner: JSONScanner) throws(JSONError) -> Frame {
    var frame = Frame()
    var ranks = (step: Int.max, epoch: Int.max, batch: Int.max, group: Int.max)
    var group: JSONScanner.Quoted?
    for (index, value) in record.values.enumerated() where value.field >= 0 {
      switch uses[value.field] {
      case .figure: continue
      case .progress(let name):
        guard let number = number(value.content, scanner), number.isFinite else { continue }
        let whole = Int(exactly: number)
        switch name.measure {
        case .step where name.rank < ranks.step && whole != nil:
          frame.progress.step = whole
          frame.taken.0 = index
          ranks.step = name.rank
        case .epoch where name.rank < ranks.epoch:
          frame.progress.epoch = number
          frame.taken.1 = index
          ranks.epoch = name.rank
        case .batch where name.rank < ranks.batch && whole != nil:
          frame.progress.batch = whole
          frame.taken.2 = index
          ranks.batch = name.rank
        default: continue
        }
      case .group(let rank):
        guard case .text(let text) = value.content, rank < ranks.group,
          text.end - text.start <= RecordTaker.textLimit
        else { continue }
        group = text
        frame.taken.3 = index
        ranks.group = rank
      case .outcome:
        if case .text(let text) = value.content { frame.outcome = text }
      case .culprit:
        if case .text(let text) = value.content { frame.culprit = text }
      case .mark: frame.marked.append(record.names.fields[value.field].parent)
      }
    }
    if let group { frame.group = self.group(try scanner.text(group), isKind: ranks.group == 0) }
    return frame
  }

  /// The number of the group; that of no group where there are too many.
  private mutating func group(_ text: String, isKind: Bool) -> Int {
    if let known = groupsByText[text] { return known }
    if groups.count >= RecordTaker.groupLimit { return 0 }
    let isOwn = isKind && (text == "step" || text == "epoch")
    // A step is what a record is of as a rule.
    groups.append(Group(prefix: isOwn && text == "step" ? [] : [text], isOwn: isOwn))
    groupsByText[text] = groups.count - 1
    return groups.count - 1
  }

  private func isMarked(_ field: Int, _ frame: Frame) -> Bool {
    var field = field
    while field >= 0 {
      field = record.names.fields[field].parent
      if frame.marked.contains(field) { return true }
    }
    return false
  }

  private func report(
    _ frame: Frame, _ scanner: JSONScanner, at line: Int?, to collector: RunCollector
  ) throws(JSONError) {
    guard let quoted = frame.outcome else { return }
    let outcome = try scanner.text(quoted)
    guard let kind = OwnRunNames.failures[outcome] else { return }
    let culprit = try frame.culprit.map { (culprit) throws(JSONError) in
      try scanner.text(culprit)
    }
    collector.incident(kind, "step \(outcome): \(culprit ?? "no reason recorded")", at: line)
  }
}

extension RecordTaker {
  /// The number that a value is, also in quotes.
  private func number(_ content: FlatRecord.Content, _ scanner: JSONScanner) -> Double? {
    switch content {
    case .number(let number): return number
    case .text(let text):
      guard case .number(let number, false) = figure(text, scanner) else { return nil }
      return number
    default: return nil
    }
  }

  private func figure(_ text: JSONScanner.Quoted, _ scanner: JSONScanner) -> FigureText {
    if text.hasEscapes || text.end - text.start > RecordTaker.textLimit { return .word }
    return FigureText.parse(scanner.bytes, from: text.start, to: text.end)
  }

  /// - Returns: whether the value is one that a record is read for.
  private mutating func take(
    _ value: FlatRecord.Value, _ group: Int, _ scanner: JSONScanner, at line: Int?,
    into collector: RunCollector
  ) throws(JSONError) -> Bool {
    let use = uses[value.field]
    switch value.content {
    case .number(let number): add(number, value.field, group, at: line, to: collector)
    case .infinite(let number):
      collector.note("numbers beyond the range of Double, taken as infinite", at: line)
      add(number, value.field, group, at: line, to: collector)
    case .null:
      makeSlot(value.field, group, collector)
      withSlot(value.field, group) { collector.absent(&$0) }
    case .bool:
      leaveOut(value.field, "true or false", collector)
      return false
    case .text(let text):
      switch figure(text, scanner) {
      case .number(let number, let isBeyondRange):
        let content: FlatRecord.Content = isBeyondRange ? .infinite(number) : .number(number)
        let value = FlatRecord.Value(field: value.field, content: content)
        return try take(value, group, scanner, at: line, into: collector)
      case .absent:
        let value = FlatRecord.Value(field: value.field, content: .null)
        return try take(value, group, scanner, at: line, into: collector)
      case .empty, .word:
        switch use {
        case .figure, .progress: leaveOut(value.field, "text", collector)
        case .group, .outcome, .culprit, .mark: break
        }
        return false
      }
    case .list(let start, let end):
      let entries = try NamedEntries(
        scanner.bytes, from: start, to: end, line: line ?? 1, source: collector.source.path)
      guard let entries else {
        leaveOut(value.field, "a list", collector)
        return false
      }
      let path = groups[group].prefix + record.names.fields[value.field].path
      let isOwn = groups[group].isOwn
      entries.report(path, at: line, to: collector) { path in
        meaning(of: path, isOwn: isOwn)
      }
    }
    return true
  }

  private func leaveOut(_ field: Int, _ content: String, _ collector: RunCollector) {
    let name = record.names.fields[field].path.joined(separator: "/")
    collector.leaveOut(name, holding: content)
  }

  private mutating func add(
    _ number: Double, _ field: Int, _ group: Int, at line: Int?, to collector: RunCollector
  ) {
    makeSlot(field, group, collector)
    withSlot(field, group) { collector.figure(&$0, number, at: line) }
  }

  private mutating func withSlot(
    _ field: Int, _ group: Int, _ use: (inout RunCollector.Slot) -> Void
  ) {
    guard var slot = groups[group].slots[field].take() else { return }
    use(&slot)
    groups[group].slots[field] = slot
  }

  private mutating func makeSlot(_ field: Int, _ group: Int, _ collector: RunCollector) {
    while groups[group].slots.count <= field { groups[group].slots.append(nil) }
    if groups[group].slots[field] != nil { return }
    let path = record.names.fields[field].path
    let name = (groups[group].prefix + path).joined(separator: "/")
    // What the user says of a name goes before what the name says.
    if collector.meant(by: name) != nil {
      groups[group].slots[field] = RunCollector.Slot(name)
      return
    }
    var (role, split) = meaning(of: groups[group].prefix + path, isOwn: groups[group].isOwn)
    if let plain = collector.meant(by: path.joined(separator: "/")) {
      (role, split) = RunCollector.meaning(meant: plain)
    } else if case .progress = uses[field] {
      role = .counter
    }
    groups[group].slots[field] = RunCollector.Slot(
      name, role: role, split: split, isJudged: true)
  }

  private func meaning(of path: [String], isOwn: Bool) -> (role: Role?, split: Split?) {
    var path = path
    if isOwn && path.first == "epoch" { path.removeFirst() }
    if isOwn, let meaning = OwnRunNames.meaning(of: path) { return meaning }
    var meaning = TermNames.meaning(of: path)
    let isOfData =
      meaning.role == .loss || meaning.role == .term || meaning.role == .weightedTerm
      || meaning.role == .metric
    if isOfData && meaning.split == nil { meaning.split = isOwn ? .training : defaultSplit }
    return meaning
  }
}
