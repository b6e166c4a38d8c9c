import ThalwegRecord

/// A record that a test makes: shapes come from one seed, names from another.
struct MadeRun {
  enum Unit {
    case steps(every: Int)
    case epochs
    /// Batches of one epoch.
    case batches
    /// Lines of a file that says no more.
    case lines
  }

  var record = RunRecord(name: "made")
  var draws: Draws
  private var names: Draws
  /// All names, in the order in which they were given.
  private(set) var given: [String] = []

  init(shape: Int, names: Int) {
    draws = Draws(shape)
    self.names = Draws(names &+ 7919)
    source()
  }

  /// Begins another file.
  mutating func source(unit: SourceRecord.Unit = .line) {
    record.sources.append(SourceRecord(path: name() + ".log", kind: "log", unit: unit))
  }

  /// A name that was not given before.
  /// - Parameter pattern: `*` stands for what is drawn.
  mutating func name(_ pattern: String = "*") -> String {
    while true {
      let word = names.word()
      if given.contains(word) { continue }
      given.append(word)
      return pattern.split(separator: "*", omittingEmptySubsequences: false)
        .joined(separator: word)
    }
  }

  /// - Parameters:
  ///   - values: one a record; nil: this record has none.
  ///   - first: the first record.
  @discardableResult
  mutating func add(
    _ name: String, _ role: Role?, _ values: [Double?], tensor: String? = nil, split: Split? = nil,
    unit: Unit = .steps(every: 1), first: Int = 0, line: Int? = nil
  ) -> SeriesKey {
    let source = record.sources.count - 1
    let key = SeriesKey(name: name, tensor: tensor, source: source)
    var series = Series(key, role: role, split: split)
    for (index, value) in values.enumerated() {
      guard let value else { continue }
      let record = first + index
      let place = Place(source: source, position: (line ?? first + 1) + index)
      series.add(Point(value, MadeRun.progress(record, unit), place))
    }
    record.series.append(series)
    return key
  }

  static func progress(_ record: Int, _ unit: Unit) -> Progress {
    switch unit {
    case .steps(let every): Progress(step: (record + 1) * every)
    case .epochs: Progress(epoch: Double(record + 1))
    case .batches: Progress(epoch: 1, batch: record)
    case .lines: Progress()
    }
  }

  mutating func set(
    _ path: [String], _ number: Double, _ origin: Setting.Origin = .configuration
  ) {
    set(path, .number(number), "\(number)", origin)
  }

  mutating func set(
    _ path: [String], _ value: Setting.Value, _ text: String,
    _ origin: Setting.Origin = .configuration
  ) {
    let place = Place(source: record.sources.count - 1, position: record.settings.count + 1)
    record.settings.append(
      Setting(path: path, value: value, text: text, origin: origin, place: place))
  }

  mutating func incident(_ kind: Incident.Kind, _ text: String, line: Int, step: Int? = nil) {
    record.incidents.append(
      Incident(
        kind, text, progress: Progress(step: step),
        place: Place(source: record.sources.count - 1, position: line)))
  }

  /// Figures that fall from one level toward another, with noise that grows with them.
  mutating func falling(
    _ count: Int, from start: Double, to end: Double, noise: Double = 0.05
  ) -> [Double] {
    let rate = draws.uniform(4, 12) / Double(count)
    return (0..<count).map { index in
      (end + (start - end) * exponential(-rate * Double(index)))
        * exponential(noise * draws.normal())
    }
  }

  /// Figures about a level.
  mutating func level(_ count: Int, _ level: Double, noise: Double = 0.2) -> [Double] {
    (0..<count).map { _ in level * exponential(noise * draws.normal()) }
  }
}
