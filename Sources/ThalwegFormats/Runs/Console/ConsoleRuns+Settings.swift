import ThalwegRecord

/// Values of a run's head as its settings.
extension ConsoleRuns {
  mutating func settings(
    _ line: LineBytes, at position: Int, _ collector: RunCollector
  ) -> Bool {
    let isCounted = !scanner.head.isEmpty
    if phase == .head && repeats.take(scanner.items, isCounted: isCounted) {
      return takeForFigures(line, at: position, collector)
    }
    var isFound = false
    for item in scanner.items {
      guard let entry = item.entry, let value = setting(item) else { continue }
      if item.value.isBeyondRange { noteRange(at: position, collector) }
      let setting = Assignment(
        entry: entry, path: names[entry].path, value: value, text: line.text(item.text))
      keep(
        .value(
          setting: setting,
          figures: phase == .held ? expanded(line, item, entry, collector) : []),
        at: position, collector)
      if value != .null { isFound = true }
    }
    for (key, number) in scanner.head.said {
      let setting = Assignment(path: [key], value: .number(number), text: textOf(number))
      keep(.value(setting: setting, figures: []), at: position, collector)
      isFound = true
    }
    for (name, text) in scanner.texts where rank == nil {
      let name = ConsoleName.text(line, name)
      if name.isEmpty || name.utf8.count > 64 || !name.utf8.contains(where: \.isLetter) { continue }
      let text = line.text(text)
      keep(
        .text(Assignment(path: [name], value: .text(text), text: text)), at: position, collector)
    }
    return isFound
  }

  /// What was taken for settings of the head, the same names again and again, are figures in the
  /// order of the file; true where the piece has any too.
  private mutating func takeForFigures(
    _ line: LineBytes, at position: Int, _ collector: RunCollector
  ) -> Bool {
    let entries = repeats.entries
    repeats = ConsoleRepeats()
    let settings = collector.run.settings
    let positions = Set(
      settings.filter { setting in entries.contains { names[$0].path == setting.path } }
        .compactMap(\.place.position))
    var reached: [Int: ConsoleHead] = [:]
    for setting in settings where setting.path.count == 1 {
      guard let position = setting.place.position, positions.contains(position),
        let number = setting.number
      else { continue }
      switch setting.path[0] {
      case "epoch": reached[position, default: ConsoleHead()].epoch = number
      case "step": reached[position, default: ConsoleHead()].step = Int(exactly: number)
      case "batch": reached[position, default: ConsoleHead()].batch = Int(exactly: number)
      default: break
      }
    }
    collector.run.settings.removeAll { setting in
      let isCount = setting.place.position.map { reached[$0] != nil } ?? false
      return (isCount && [["epoch"], ["step"], ["batch"]].contains(setting.path))
        || entries.contains { names[$0].path == setting.path }
    }
    phase = .training
    for setting in settings {
      guard let entry = entries.first(where: { names[$0].path == setting.path }),
        let position = setting.place.position, let number = setting.number
      else { continue }
      if let head = reached[position] { advance(head, collector) }
      names[entry].headRun = -1
      collector.figure(&names[entry].slot, number, at: position)
    }
    if !scanner.head.isEmpty { advance(scanner.head, collector) }
    return figures(line, at: position, collector)
  }

  private mutating func keep(
    _ content: Held.Content, at position: Int, _ collector: RunCollector
  ) {
    held.append(Held(content: content, position: position))
    if phase == .head { return release(asSettings: true, collector) }
    if held.count < ConsoleRuns.heldLimit { return }
    if isDoubtful { return goOn(collector) }
    if hasStart { return beginRun(collector) }
    release(asSettings: first == nil, collector)
  }

  private func setting(_ item: ConsoleItem) -> Setting.Value? {
    switch item.value.kind {
    case .number, .fraction: .number(item.value.value)
    case .bool: .bool(item.value.value == 1)
    case .absent: .null
    case .pair, .change: .list([.number(item.value.value), .number(item.value.second)])
    case .list: .list(scanner.elements[item.value.elements].map { .number($0.value) })
    }
  }
}
