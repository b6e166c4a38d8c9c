import ThalwegRecord

/// Values of lines as figures of the run.
extension ConsoleRuns {
  /// Finds the entries of the items' names.
  mutating func findNames(
    _ line: LineBytes, _ surroundings: ConsoleNames.Surroundings, _ collector: RunCollector
  ) {
    let context = self.context(surroundings)
    for index in scanner.items.indices {
      findName(line, index, surroundings, context, collector)
      if scanner.items[index].leads > 0, join(index) {
        findName(line, index, surroundings, context, collector)
      }
    }
    dropLonely()
  }

  /// Takes the entries of names without a sign beside which nothing shows that they are figures.
  private mutating func dropLonely() {
    for index in scanner.items.indices where scanner.items[index].isUnsigned {
      guard let entry = scanner.items[index].entry else { continue }
      let value = scanner.items[index].value
      let isFigure =
        switch names[entry].company {
        case .nobody: true
        case .place: !scanner.head.isEmpty || !value.value.isFinite || hasKnownName
        case .figure: hasKnownName && value.unit != .measure && !value.isWhole
        }
      if !isFigure { scanner.items[index].entry = nil }
    }
  }

  private var hasKnownName: Bool {
    scanner.items.contains { item in
      guard let entry = item.entry else { return false }
      return names[entry].role != nil && names[entry].company == .nobody
    }
  }

  private mutating func findName(
    _ line: LineBytes, _ index: Int, _ surroundings: ConsoleNames.Surroundings, _ context: Int,
    _ collector: RunCollector
  ) {
    let found = names.find(
      line, name: scanner.items[index].name, group: scanner.items[index].group,
      link: scanner.items[index].link,
      context: (context << 2 | scanner.items[index].value.unit.rawValue) << 1
        | (scanner.items[index].isUnsigned ? 1 : 0))
    let entry: Int
    switch found {
    case .none: return
    case .entry(let known): entry = known
    case .new:
      entry = names.insert(
        ConsoleNames.judged(
          line, scanner.items[index], in: surroundings, above: heading.map { headings[$0] }
        ) { collector.meant(by: $0) })
    }
    scanner.items[index].entry = names[entry].isKept ? entry : nil
  }

  /// Puts what stands before the item and is no figure back to its name; true where there is any.
  private mutating func join(_ index: Int) -> Bool {
    let role = scanner.items[index].entry.flatMap { names[$0].role }
    let start = scanner.items[index].name.lowerBound
    for lead in (max(0, index - Int(scanner.items[index].leads))..<index).reversed() {
      // `loss 1 mean: 0.5` is one name.
      let isFigure = role != nil || !scanner.items[lead].value.isWhole
      let isNamed = scanner.items[lead].entry.map { names[$0].company != .figure } ?? false
      if isNamed && isFigure { break }
      scanner.items[lead].entry = nil
      scanner.items[index].name =
        scanner.items[lead].name.lowerBound..<scanner.items[index].name.upperBound
    }
    return scanner.items[index].name.lowerBound < start
  }

  /// What stands round the names, as a number.
  private func context(_ surroundings: ConsoleNames.Surroundings) -> Int {
    let split =
      switch surroundings.split {
      case nil: 0
      case .training: 1
      case .validation: 2
      case .test: 3
      }
    let place = (heading ?? -1) & 0xFFFF | (rank.map { $0 + 1 } ?? 0) << 16
    return place << 3 | (surroundings.hasEpoch ? 4 : 0) | split
  }

  /// Gives the items' values to the run; true where there are any.
  mutating func figures(_ line: LineBytes, at position: Int, _ collector: RunCollector) -> Bool {
    var (isFound, isFinished) = (false, false)
    for index in scanner.items.indices {
      guard let entry = scanner.items[index].entry else { continue }
      let kind = scanner.items[index].value.kind
      if scanner.items[index].value.isBeyondRange { noteRange(at: position, collector) }
      if scanner.items[index].value.hasLoneComma { noteComma(entry, at: position, collector) }
      if kind == .number || kind == .bool {
        collector.figure(&names[entry].slot, scanner.items[index].value.value, at: position)
        isFound = true
        if names[entry].isFinish { isFinished = true }
        if let alarm = names[entry].alarm, scanner.items[index].value.value > 0 {
          let item = scanner.items[index]
          incident(
            alarm, line.text(item.name) + ": " + line.text(item.text),
            figures: [item.value.value], at: position, collector)
        }
      } else {
        isFound = other(line, scanner.items[index], entry, at: position, collector) || isFound
      }
    }
    if isFinished {
      let text = line.text(line.trimmed(0..<line.count))
      end(.finished, text, at: position, collector)
    }
    return isFound
  }

  /// What counts is as a rule written with a comma for thousands; losses and their like hardly are.
  private func noteComma(_ entry: Int, at position: Int, _ collector: RunCollector) {
    switch names[entry].role {
    case nil, .counter, .clock: break
    default:
      collector.note(
        "figures with one comma, taken for thousands and not for a decimal comma", at: position)
    }
  }

  func noteRange(at position: Int, _ collector: RunCollector) {
    collector.note("numbers beyond the range of Double, taken as infinite", at: position)
  }

  /// Values that are more or less than one figure.
  private mutating func other(
    _ line: LineBytes, _ item: ConsoleItem, _ entry: Int, at position: Int,
    _ collector: RunCollector
  ) -> Bool {
    if item.value.kind == .absent {
      if names[entry].role != nil { collector.absent(&names[entry].slot) }
      return false
    }
    if item.value.kind == .change && names[entry].isRate {
      let text = line.text(item.name) + ": " + line.text(item.text)
      incident(
        .rateChanged, text, figures: [item.value.value, item.value.second], at: position,
        collector)
      return true
    }
    if item.value.kind == .fraction && names[entry].isPatience {
      setTotal("patience", item.value.second, at: position, collector)
    }
    let figures = expanded(line, item, entry, collector)
    for (entry, value) in figures {
      collector.figure(&names[entry].slot, value, at: position)
    }
    return !figures.isEmpty
  }

  /// The figures that a value stands for.
  mutating func expanded(
    _ line: LineBytes, _ item: ConsoleItem, _ entry: Int, _ collector: RunCollector
  ) -> [(entry: Int, value: Double)] {
    switch item.value.kind {
    case .fraction
    where names[entry].role == .metric && item.value.second > 0
      && line.contains("acc", in: item.name):
      return [(entry, item.value.value / item.value.second)]
    case .number, .bool, .fraction: return [(entry, item.value.value)]
    case .absent: return []
    case .change, .pair:
      let parts = ConsoleName.parts(of: names[entry].slot.name, item.value.kind)
      return [(0, item.value.value), (1, item.value.second)].compactMap { number, value in
        child(entry, number, named: parts[number]).map { ($0, value) }
      }
    case .list:
      let elements = scanner.elements[item.value.elements]
      if elements.contains(where: { !$0.name.isEmpty }) {
        return elements.compactMap { named(line, item, $0, collector) }
      }
      if elements.count > ConsoleRuns.elementLimit { return [] }
      let name = names[entry].slot.name
      return elements.enumerated().compactMap { number, element in
        child(entry, number, named: "\(name)[\(number)]").map { ($0, element.value) }
      }
    }
  }

  private mutating func child(_ entry: Int, _ number: Int, named name: String) -> Int? {
    let (split, tensor) = (names[entry].slot.split, names[entry].slot.tensor)
    return names.child(number, of: entry) {
      var judged = ConsoleNames.Judged(name: name, tensor: tensor, path: [name])
      let meaning = FigureNames.meaning(of: name)
      judged.split = meaning.split ?? split
      // The rate of one group of parameters.
      if meaning.role == .learningRate { judged.role = .learningRate }
      return judged
    }
  }

  /// `layer.weight:127` in a list.
  private mutating func named(
    _ line: LineBytes, _ item: ConsoleItem, _ element: ConsoleElement, _ collector: RunCollector
  ) -> (entry: Int, value: Double)? {
    if element.name.isEmpty { return nil }
    let isTagged = item.link == .tag
    var part = ConsoleItem(
      name: element.name, cell: item.cell,
      value: ConsoleValue(kind: .number, value: element.value, end: item.value.end),
      text: item.text)
    (part.group, part.link) = (isTagged ? item.group : item.name, .entry)
    switch names.find(line, name: part.name, group: part.group, link: .entry, context: rank ?? -1) {
    case .entry(let entry): return (entry, element.value)
    case .none: return nil
    case .new:
      let judged = ConsoleNames.judged(
        line, part, in: ConsoleNames.Surroundings(rank: rank), above: nil
      ) { collector.meant(by: $0) }
      return (names.insert(judged), element.value)
    }
  }
}
