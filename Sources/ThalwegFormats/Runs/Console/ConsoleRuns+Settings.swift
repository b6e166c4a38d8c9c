import ThalwegRecord

/// Values of a run's head as its settings.
extension ConsoleRuns {
  mutating func settings(
    _ line: LineBytes, at position: Int, _ collector: RunCollector
  ) -> Bool {
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
