import ThalwegRecord

/// The lines of `records.jsonl`, which our recorder for PyTorch writes: a head with the parameters
/// and the columns of their figures, then a line a step.
///
/// `null` says that a figure was not recorded there, `"none"` that it does not exist.
struct RecorderLines {
  static let kind = "recorder"
  /// The `format` that is read.
  private static let format = 1.0
  private static let parameterKinds = [kind, "parameters"]
  /// What the columns of a tensor measure; others are taken without a role.
  private static let roles: [String: Role] = [
    "norm_before_clip": .normBeforeClip, "norm_after_clip": .normAfterClip,
    "parameter_norm": .parameterNorm, "update_norm": .parameterChange,
  ]
  /// What is true or false of a step.
  private static let flags: [String: Role] = [
    "scaled_gradients": .clippedWhileScaled, "skipped_by_scaler": .skippedStep,
    "gradient_left_over": .gradientLeftOver, "stepped": .updatedStep, "training": .trainingMode,
  ]
  private static let clipping = ["clip_threshold", "clip_coefficient"]

  private var record = FlatRecord()
  private var columns: [String] = []
  /// What the last head says of the parameters, in the order of the rows.
  private var parameters: [TensorRecord] = []
  private var slots: [[RunCollector.Slot]] = []
  /// Where the tensors of the rows stand in the run, of which there were `runs` then.
  private var places: [Int?] = []
  private var runs = 0
  private var normalizations = RecordedNormalizations()
  /// Whether what the step says of clipping is about its norm over all tensors.
  private var isNormClipped = true

  /// nil where the first line is no head.
  init?(
    _ scanner: JSONScanner, at line: Int, into collector: RunCollector
  ) throws(JSONError) {
    var head = scanner
    try record.read(&head)
    try head.finish()
    if try text("kind", head) != RecorderLines.kind { return nil }
    if let format = number("format", head), format != RecorderLines.format {
      let name = Int(exactly: format).map(String.init) ?? String(format)
      throw JSONError.unexpected(
        scanner.place(scanner.position), found: "format \(name) of the recorder",
        expected: "format \(Int(RecorderLines.format))")
    }
    collector.source.kind = "record of the recorder for PyTorch"
    try takeHead(scanner, at: line, into: collector)
  }

  /// Reads a line.
  /// - Returns: whether it yielded a value.
  mutating func take(
    _ scanner: inout JSONScanner, at line: Int, into collector: RunCollector
  ) throws(JSONError) -> Bool {
    let start = scanner
    try record.read(&scanner)
    guard let kind = try text("kind", scanner) else { return false }
    if RecorderLines.parameterKinds.contains(kind) {
      try takeHead(start, at: line, into: collector)
      return true
    }
    if kind != "step" { return false }
    var progress = Progress()
    progress.step = number("step", scanner).flatMap { Int(exactly: $0) }
    progress.epoch = number("epoch", scanner).flatMap { $0.isFinite ? $0 : nil }
    collector.progress = progress
    try report(scanner, at: line, to: collector)
    isNormClipped = true
    if case .list(let start, let end)? = content("clips") {
      isNormClipped = RecordedClips.boundNorm(try list(scanner, start, end, line))
    }
    for value in record.values where value.field >= 0 {
      try take(value, scanner, at: line, into: collector)
    }
    return true
  }
}

extension RecorderLines {
  private func content(_ name: String) -> FlatRecord.Content? {
    record.values.first { $0.field >= 0 && self.name(of: $0) == name }?.content
  }

  private func name(of value: FlatRecord.Value) -> String {
    record.names.fields[value.field].path.joined(separator: "/")
  }

  private func text(_ name: String, _ scanner: JSONScanner) throws(JSONError) -> String? {
    guard case .text(let quoted)? = content(name) else { return nil }
    return try scanner.text(quoted)
  }

  private func number(_ name: String, _ scanner: JSONScanner) -> Double? {
    guard case .number(let number)? = content(name) else { return nil }
    return number
  }

  /// What happened in the step beside its figures.
  private func report(
    _ scanner: JSONScanner, at line: Int, to collector: RunCollector
  ) throws(JSONError) {
    if let raised = try text("raised", scanner) {
      collector.incident(.exception, raised, at: line)
    }
    if isSkipped {
      collector.incident(.warning, "the gradient scaler skipped the update", at: line)
    }
    if let order = try text("clip_order", scanner) {
      collector.figure(
        "clip_order/after_step", order == "after_step" ? 1 : 0, role: .clippedAfterUpdate,
        at: line)
      collector.figure(
        "clip_order/before_backward", order == "before_backward" ? 1 : 0,
        role: .clippedBeforeBackward, at: line)
    }
    guard let kind = try text("non_finite/origin/kind", scanner) else { return }
    let path = try text("non_finite/origin/path", scanner) ?? ""
    let type = try text("non_finite/origin/class", scanner).map { " (\($0))" } ?? ""
    let origin =
      switch kind {
      case "input": "what came into the first module"
      case "module": "the output of \(path.isEmpty ? "the model" : "module \(path)")\(type)"
      case "gradient": "the backward pass, at the gradient of \(path)"
      default: path.isEmpty ? "the \(kind)" : "the \(kind) \(path)"
      }
    collector.incident(.nonFinite, origin, at: line)
  }

  private var isSkipped: Bool {
    if case .bool(true)? = content("skipped_by_scaler") { true } else { false }
  }

  private mutating func take(
    _ value: FlatRecord.Value, _ scanner: JSONScanner, at line: Int,
    into collector: RunCollector
  ) throws(JSONError) {
    let path = record.names.fields[value.field].path
    let name = path.joined(separator: "/")
    if !isNormClipped && RecorderLines.clipping.contains(name) { return }
    switch (path[0], value.content) {
    case ("step", _), ("epoch", _), (_, .null): return
    case (_, .bool(let flag)):
      guard let role = RecorderLines.flags[name] else { return }
      collector.figure(name, flag ? 1 : 0, role: role, at: line)
    case ("tensors", .list(let start, let end)):
      try rows(scanner, from: start, to: end, at: line, into: collector)
    case ("learning_rate", .list(let start, let end)):
      try rates(scanner, from: start, to: end, at: line, into: collector)
    case ("term_shares", .list(let start, let end)):
      RecordedTermShares.report(try list(scanner, start, end, line), at: line, to: collector)
    case ("normalization", .list(let start, let end)):
      normalizations.report(try list(scanner, start, end, line), at: line, to: collector)
    case ("order", .list(let start, let end)):
      let passes = try list(scanner, start, end, line).array?.count { $0.string == "backward" }
      collector.figure(
        "order/backward", Double(passes ?? 0), role: .backwardPasses, at: line)
    case (_, .list(let start, let end)):
      if name == "terms" {
        let terms = try list(scanner, start, end, line)
        RecordedTermShares.reportAttached(terms, at: line, to: collector)
      }
      let entries = try NamedEntries(
        scanner.bytes, from: start, to: end, line: line, source: collector.source.path)
      entries?.report(path, at: line, to: collector) { path in
        (TermNames.meaning(of: path).role, .training)
      }
    case (_, .number(let number)), (_, .infinite(let number)):
      collector.figure(name, number, split: name == "loss" ? .training : nil, at: line)
    case (_, .text(let quoted)):
      switch FigureText.parse(scanner.bytes, from: quoted.start, to: quoted.end) {
      case .number(let number, _):
        collector.figure(name, number, split: name == "loss" ? .training : nil, at: line)
      case .absent: collector.absent(name, split: name == "loss" ? .training : nil)
      case .empty, .word: return
      }
    }
  }

  /// The rate of each group of parameters; with one group it has no number.
  private func rates(
    _ scanner: JSONScanner, from start: Int, to end: Int, at line: Int,
    into collector: RunCollector
  ) throws(JSONError) {
    let rates = try RecorderLines.numbers(part(scanner, start, end, line))
    for (group, rate) in rates.enumerated() {
      guard let rate else { continue }
      let name = rates.count == 1 ? "learning_rate" : "learning_rate/\(group)"
      collector.figure(name, rate, role: .learningRate, at: line)
    }
  }

  private func part(
    _ scanner: JSONScanner, _ start: Int, _ end: Int, _ line: Int
  ) -> JSONScanner {
    JSONScanner(
      UnsafeBufferPointer(rebasing: scanner.bytes[start..<end]), source: "", firstLine: line,
      takesNonFinite: true)
  }

  private func list(
    _ scanner: JSONScanner, _ start: Int, _ end: Int, _ line: Int
  ) throws(JSONError) -> JSON {
    var parser = JSONParser(part(scanner, start, end, line))
    return try parser.parse()
  }

  private static func numbers(_ scanner: JSONScanner) throws(JSONError) -> [Double?] {
    var scanner = scanner
    var numbers: [Double?] = []
    try scanner.open()
    while try !scanner.closes("]") {
      if !numbers.isEmpty { try scanner.takeComma(before: "]") }
      numbers.append(try cell(&scanner).number)
    }
    return numbers
  }

  private struct Cell {
    var number: Double?
    var text: JSONScanner.Quoted?
  }

  private static func cell(_ scanner: inout JSONScanner) throws(JSONError) -> Cell {
    switch try scanner.peek() {
    case UInt8(ascii: "\""):
      let quoted = try scanner.quoted()
      let figure = FigureText.parse(scanner.bytes, from: quoted.start, to: quoted.end)
      if case .number(let number, _) = figure { return Cell(number: number, text: quoted) }
      return Cell(text: quoted)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "N"),
      UInt8(ascii: "I"):
      return Cell(number: try scanner.number().value)
    default:
      try scanner.skipValue()
      return Cell()
    }
  }
}

extension RecorderLines {
  /// Takes what the head says of parameters and columns, and the rest of it as settings.
  private mutating func takeHead(
    _ scanner: JSONScanner, at line: Int, into collector: RunCollector
  ) throws(JSONError) {
    var scanner = scanner
    let start = scanner.position
    let part = UnsafeBufferPointer(rebasing: scanner.bytes[start...])
    var parser = JSONParser(
      JSONScanner(part, source: "", firstLine: line, takesNonFinite: true))
    let head = try parser.parse()
    if let names = head["columns"]?.array { columns = names.map { $0.string ?? "" } }
    if let modules = head["modules"]?.array { normalizations = RecordedNormalizations(modules) }
    parameters = (head["parameters"]?.array ?? []).map { entry in
      var tensor = TensorRecord(path: entry["path"]?.string ?? "", place: collector.place(line))
      tensor.elements = entry["elements"]?.int
      tensor.isOptimized = entry["in_optimizer"]?.bool
      tensor.isLate = entry["made_late"]?.bool
      tensor.isFrozen = entry["requires_grad"]?.bool.map { !$0 }
      if columns.contains("state") { tensor.states = TensorRecord.States() }
      return tensor
    }
    slots = parameters.map { tensor in
      columns.map { column in
        RunCollector.Slot(
          "tensors/" + column, tensor: tensor.path, role: RecorderLines.roles[column],
          isJudged: true)
      }
    }
    describeTensors(in: collector)
    try settings(&scanner, at: line, into: collector)
  }

  private func settings(
    _ scanner: inout JSONScanner, at line: Int, into collector: RunCollector
  ) throws(JSONError) {
    var lines = LineCounter(scanner.bytes, from: line)
    var isFirst = true
    try scanner.open()
    while try !scanner.closes("}") {
      if !isFirst { try scanner.takeComma(before: "}") }
      isFirst = false
      let name = try scanner.text(scanner.name())
      if name == "parameters" || name == "modules" || name == "kind" {
        try scanner.skipValue()
      } else {
        try JSONSettings.take(&scanner, [name], &lines, into: collector)
      }
    }
  }

  /// Puts what is known of the parameters into the run; those that it has stay.
  private mutating func describeTensors(in collector: RunCollector) {
    var known: [String: Int] = [:]
    for (place, tensor) in collector.run.tensors.enumerated() { known[tensor.path] = place }
    for tensor in parameters where known[tensor.path] == nil {
      known[tensor.path] = collector.run.tensors.count
      collector.run.tensors.append(tensor)
    }
    places = parameters.map { known[$0.path] }
    runs = collector.runs.count
  }

  /// The rows of figures, one for each parameter in the order of the head.
  private mutating func rows(
    _ scanner: JSONScanner, from start: Int, to end: Int, at line: Int,
    into collector: RunCollector
  ) throws(JSONError) {
    // The figures of the whole may have begun a run of its own.
    if collector.runs.count != runs { describeTensors(in: collector) }
    var scanner = part(scanner, start, end, line)
    var row = 0
    try scanner.open()
    while try !scanner.closes("]") {
      if row > 0 { try scanner.takeComma(before: "]") }
      if row >= parameters.count {
        collector.note("rows of tensors that the head does not name", at: line)
        return
      }
      if try scanner.peek() != UInt8(ascii: "[") { throw scanner.unexpected("a row of figures") }
      try take(row, &scanner, at: line, into: collector, places[row])
      row += 1
    }
  }

  private mutating func take(
    _ row: Int, _ scanner: inout JSONScanner, at line: Int, into collector: RunCollector,
    _ index: Int?
  ) throws(JSONError) {
    var column = 0
    var state: String?
    var isFinite = true
    try scanner.open()
    while try !scanner.closes("]") {
      if column > 0 { try scanner.takeComma(before: "]") }
      let cell = try RecorderLines.cell(&scanner)
      if column < columns.count {
        if columns[column] == "state" {
          state = try cell.text.map { (text) throws(JSONError) in try scanner.text(text) }
        } else if let number = cell.number {
          isFinite = isFinite && number.isFinite
          collector.figure(&slots[row][column], number, at: line)
        } else if cell.text != nil {
          collector.absent(&slots[row][column])
        }
      }
      column += 1
    }
    guard let index, let state else { return }
    // Such gradients are why the update was skipped, and changed nothing.
    let isPassed = state == "live" && !isFinite && isSkipped
    collector.run.tensors[index].take(state, isFinite: isFinite, isPassed: isPassed)
  }
}

extension TensorRecord {
  /// Takes the state of one step, which is later than what the head says.
  /// - Parameter isPassed: the step changed nothing, so that it is not counted.
  fileprivate mutating func take(_ state: String, isFinite: Bool, isPassed: Bool) {
    switch state {
    case "live", "zero", "no_path": (isFrozen, isOptimized) = (false, true)
    case "not_optimized": (isFrozen, isOptimized) = (false, false)
    case "late": (isFrozen, isOptimized, isLate) = (false, false, true)
    case "frozen": isFrozen = true
    default: return
    }
    if isPassed { return }
    switch state {
    case "live" where !isFinite: states?.nonFinite += 1
    case "live": states?.live += 1
    case "zero": states?.zero += 1
    case "no_path": states?.noPath += 1
    default: return
    }
  }
}
