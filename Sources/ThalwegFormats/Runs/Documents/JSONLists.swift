import ThalwegRecord

/// Lists of figures by name in one JSON document: `{"loss": [0.5, 0.4], "lr": [...]}`.
struct JSONLists {
  private static let depthLimit = 8
  /// Names that say no more than that figures follow.
  private static let wrappers: Set<String> = ["history", "metrics", "logs", "log", "results"]

  private let bytes: UnsafeBufferPointer<UInt8>
  private let path: String
  private var lines: LineCounter
  /// Lists that say how far training was, by the names that lead to the object they stand in.
  private var progress: [[String]: [Progress]] = [:]
  /// The length of the longest list of figures.
  private var length = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, path: String) {
    self.bytes = bytes
    self.path = path
    lines = LineCounter(bytes)
  }

  mutating func read(into collector: RunCollector) throws {
    try JSONDocument.placing(path) { () throws(JSONError) in
      var first = JSONScanner(self.bytes, source: self.path, takesNonFinite: true)
      try self.object(&first, [], nil, collector)
      try first.finish()
      var second = JSONScanner(self.bytes, source: self.path, takesNonFinite: true)
      try self.object(&second, [], collector, collector)
    }
  }

  /// - Parameter taker: takes the figures; nil: progress and lengths are gathered only.
  private mutating func object(
    _ scanner: inout JSONScanner, _ path: [String], _ taker: RunCollector?,
    _ collector: RunCollector
  ) throws(JSONError) {
    if try scanner.peek() != UInt8(ascii: "{") { throw scanner.unexpected("'{'") }
    try scanner.open()
    if try scanner.closes("}") { return }
    var names: Set<String> = []
    while true {
      let quoted = try scanner.name()
      let name = try scanner.text(quoted)
      if !names.insert(name).inserted { throw try scanner.duplicate(quoted) }
      try member(&scanner, path + [name], taker, collector)
      if try scanner.closes("}") { return }
      try scanner.takeComma(before: "}")
    }
  }

  private mutating func member(
    _ scanner: inout JSONScanner, _ path: [String], _ taker: RunCollector?,
    _ collector: RunCollector
  ) throws(JSONError) {
    let first = try scanner.peek()
    if first == UInt8(ascii: "{") && path.count < JSONLists.depthLimit {
      return try object(&scanner, path, taker, collector)
    }
    guard first == UInt8(ascii: "["), let numbers = try JSONLists.count(scanner) else {
      if let taker {
        return try JSONSettings.take(&scanner, path, &lines, into: taker)
      }
      return try scanner.skipValue()
    }
    let name = path.joined(separator: "/")
    let meant = collector.meant(by: name)
    if let measure = ProgressName(meant ?? path[path.count - 1]) {
      if taker != nil { return try scanner.skipValue() }
      return try gather(&scanner, measure.measure, Array(path.dropLast()))
    }
    guard let taker else {
      length = max(length, numbers)
      return try scanner.skipValue()
    }
    let plain = path.filter { !JSONLists.wrappers.contains($0.lowercased()) }
    let (role, split) =
      meant.map { RunCollector.meaning(meant: $0) } ?? TermNames.meaning(of: plain)
    // A short list without a meaning is a setting, such as the betas of Adam.
    if numbers < length && role == nil {
      return try JSONSettings.take(&scanner, path, &lines, into: taker)
    }
    var slot = RunCollector.Slot(name, role: role, split: split, isJudged: true)
    try take(&scanner, &slot, progress(for: path, numbers), into: taker)
  }

  /// How many entries a list has; nil where one of them is no number.
  private static func count(_ scanner: JSONScanner) throws(JSONError) -> Int? {
    var ahead = scanner
    var count = 0
    try ahead.open()
    while try !ahead.closes("]") {
      if count > 0 { try ahead.takeComma(before: "]") }
      switch try ahead.peek() {
      case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "t"), UInt8(ascii: "f"): return nil
      default: try ahead.skipValue()
      }
      count += 1
    }
    return count
  }

  private mutating func gather(
    _ scanner: inout JSONScanner, _ measure: ProgressName.Measure, _ parent: [String]
  ) throws(JSONError) {
    var list = progress[parent] ?? []
    var index = 0
    try scanner.open()
    while try !scanner.closes("]") {
      if index > 0 { try scanner.takeComma(before: "]") }
      if index == list.count { list.append(Progress()) }
      if let number = try JSONLists.figure(&scanner), number.isFinite {
        switch measure {
        case .step: list[index].step = Int(exactly: number)
        case .epoch: list[index].epoch = number
        case .batch: list[index].batch = Int(exactly: number)
        }
      }
      index += 1
    }
    progress[parent] = list
  }

  /// The progress of the nearest lists of the same length; nil: not recorded.
  private func progress(for path: [String], _ count: Int) -> [Progress]? {
    var parent = path
    while !parent.isEmpty {
      parent.removeLast()
      if let list = progress[parent], list.count == count { return list }
    }
    return nil
  }

  private mutating func take(
    _ scanner: inout JSONScanner, _ slot: inout RunCollector.Slot, _ progress: [Progress]?,
    into taker: RunCollector
  ) throws(JSONError) {
    var index = 0
    try scanner.open()
    while try !scanner.closes("]") {
      if index > 0 { try scanner.takeComma(before: "]") }
      _ = try scanner.peek()
      let line = lines.line(at: scanner.position)
      taker.progress = progress?[index] ?? Progress()
      if let number = try JSONLists.figure(&scanner) {
        taker.figure(&slot, number, at: line)
      } else {
        taker.absent(&slot)
      }
      index += 1
    }
    taker.part(isUnderstood: index > 0)
  }

  /// The number that follows; nil where the file says that there is none.
  private static func figure(_ scanner: inout JSONScanner) throws(JSONError) -> Double? {
    switch try scanner.peek() {
    case UInt8(ascii: "n"):
      try scanner.word("null")
      return nil
    case UInt8(ascii: "\""):
      let text = try scanner.quoted()
      let figure = FigureText.parse(scanner.bytes, from: text.start, to: text.end)
      if case .number(let number, _) = figure { return number }
      return nil
    default: return try scanner.number().value
    }
  }
}
