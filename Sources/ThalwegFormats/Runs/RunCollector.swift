package import ThalwegRecord

/// Takes what a reader finds in one file, and sorts it into runs.
///
/// A file may hold several runs: a figure that lies at or before the run's first one begins
/// another; one that lies before the last of its series but behind the first says that the run was
/// resumed.
package final class RunCollector {
  /// Names beyond it, of all runs together, are counted, not kept.
  private static let seriesLimit = 20_000
  private static let runLimit = 1000
  private static let samplesPerSeries = 1 << 14
  private static let sampleLimit = 1 << 19
  private static let nameLimit = 256
  /// Of settings and incidents of all runs together.
  private static let listLimit = 100_000
  private static let nonFiniteLimit = 1 << 18

  /// One run of the file while it is put together.
  package struct Draft {
    /// What the file calls the run; nil: nothing.
    package fileprivate(set) var name: String?
    package fileprivate(set) var series: [Series] = []
    package var settings: [Setting] = []
    package var incidents: [Incident] = []
    package var tensors: [TensorRecord] = []
    fileprivate var indices: [SeriesKey: Int] = [:]
    fileprivate var first: Progress?
    fileprivate var resumedAt: Progress?

    /// Whether the series has a sample more; nil: the point lies before the last one.
    fileprivate mutating func add(
      _ point: Point, to index: Int, keepsNonFinite: Bool, mayGoBack: Bool = false
    ) -> Bool? {
      if !mayGoBack, let last = series[index].last, last.progress.isFurther(than: point.progress) {
        return nil
      }
      if first == nil { first = point.progress }
      let before = series[index].samples.count
      series[index].add(point, keepsNonFinite: keepsNonFinite)
      return series[index].samples.count > before
    }
  }

  /// A series that a reader adds to again and again, so that its name is searched once.
  package struct Slot {
    package let name: String
    package let tensor: String?
    package let role: Role?
    package let split: Split?
    /// Whether role and split are as given, also where they are nil; otherwise the name may say them.
    package let isJudged: Bool
    /// Where it was found last; -1: not yet.
    fileprivate var run = -1
    /// nil: there are too many.
    fileprivate var index: Int?

    /// The arguments are those of `figure`.
    package init(
      _ name: String, tensor: String? = nil, role: Role? = nil, split: Split? = nil,
      isJudged: Bool = false
    ) {
      self.name = name
      self.tensor = tensor
      self.role = role
      self.split = split
      self.isJudged = isJudged
    }
  }

  package var source: SourceRecord
  /// The runs in the order of the file; as a rule the last one grows.
  package private(set) var runs: [Draft] = [Draft()]
  /// How far training is where the reader stands.
  package var progress = Progress()
  private let index: Int
  private let map: [String: String]
  /// The names of the map that the file has, in the order in which they appeared.
  package private(set) var mapped: [String] = []
  /// Which of the runs grows.
  private var current = 0
  private var runsByName: [String: Int] = [:]
  private var notes = RunNotes()
  private var samples = 0
  private var seriesCount = 0
  private var listCount = 0
  private var nonFiniteCount = 0
  private var droppedFigures = 0
  private var isOutOfRuns = false
  private var meanings: [String: (role: Role?, split: Split?)] = [:]

  /// - Parameters:
  ///   - index: the file's place in the run's `sources`.
  ///   - map: names as they are meant, by names as the file has them.
  package init(_ source: SourceRecord, index: Int, map: [String: String] = [:]) {
    self.source = source
    self.index = index
    self.map = map
  }

  /// The run that grows.
  package var run: Draft {
    get { runs[current] }
    _modify { yield &runs[current] }
  }

  package func place(_ position: Int?) -> Place { Place(source: index, position: position) }

  /// Figures go to a new run from here on; a run of which nothing is known is not left behind.
  package func beginRun() {
    progress = Progress()
    if run.series.isEmpty && run.settings.isEmpty && run.incidents.isEmpty { return }
    _ = appendRun()
  }

  /// Figures go to the run that the file calls so; the next ones may go to another and back. Such a
  /// run is never taken for two.
  package func select(_ name: String) {
    if runs[current].name == name { return }
    if let known = runsByName[name] {
      current = known
      return
    }
    let isFirst = runsByName.isEmpty && run.series.isEmpty
    if !isFirst && !appendRun() { return }
    run.name = name
    runsByName[name] = current
  }

  /// False where there are too many runs; figures go on to the last one then.
  private func appendRun() -> Bool {
    if runs.count >= RunCollector.runLimit {
      isOutOfRuns = true
      return false
    }
    runs.append(Draft())
    current = runs.count - 1
    return true
  }

  /// What the user says that a name of the file means; nil: nothing.
  package func meant(by name: String) -> String? {
    guard let meant = map[name] else { return nil }
    if !mapped.contains(name) { mapped.append(name) }
    return meant
  }

  /// Something is taken otherwise than it stands, or left out; the record says how often.
  package func note(_ what: String, at position: Int?) { notes.add(what, at: position) }

  /// A field of the file holds no figures, but `content`.
  package func leaveOut(_ name: String, holding content: String) {
    notes.leaveOut(name, holding: content)
  }

  /// A line, entry or record that is not blank was read.
  package func part(isUnderstood: Bool) {
    source.parts += 1
    if isUnderstood { source.understood += 1 }
  }

  /// A figure at the present progress.
  /// - Parameters:
  ///   - role: what it measures; nil: its name says it, or nobody does.
  ///   - tensor: the parameter or tensor that it is about.
  package func figure(
    _ name: String, _ value: Double, tensor: String? = nil, role: Role? = nil,
    split: Split? = nil, at position: Int?
  ) {
    var slot = Slot(name, tensor: tensor, role: role, split: split)
    figure(&slot, value, at: position)
  }

  /// A figure at the present progress.
  package func figure(_ slot: inout Slot, _ value: Double, at position: Int?) {
    // Each access to what the collector holds is checked for exclusiveness, and this is done for
    // every figure of a file: so there are few of them.
    let run = current
    if slot.run != run { find(&slot) }
    guard let known = slot.index else { return drop() }
    let point = Point(value, progress, place(position))
    if !value.isFinite { nonFiniteCount += 1 }
    let keeps = value.isFinite || nonFiniteCount <= RunCollector.nonFiniteLimit
    if let isLonger = runs[run].add(point, to: known, keepsNonFinite: keeps) {
      if isLonger { grow(known) }
      return
    }
    goBack(to: progress, at: position)
    find(&slot)
    guard let index = slot.index else { return drop() }
    let isLonger = runs[current].add(
      point, to: index, keepsNonFinite: keeps, mayGoBack: true)
    if isLonger == true { grow(index) }
  }

  /// The file says that there is no figure of that name here.
  package func absent(
    _ name: String, tensor: String? = nil, role: Role? = nil, split: Split? = nil
  ) {
    var slot = Slot(name, tensor: tensor, role: role, split: split)
    absent(&slot)
  }

  /// The file says that there is no figure here.
  package func absent(_ slot: inout Slot) {
    find(&slot)
    guard let index = slot.index else { return drop() }
    runs[current].series[index].addNil()
  }

  package func setting(
    _ path: [String], _ value: Setting.Value, text: String, origin: Setting.Origin,
    at position: Int?
  ) {
    if listCount >= RunCollector.listLimit { return drop() }
    listCount += 1
    run.settings.append(
      Setting(path: path, value: value, text: text, origin: origin, place: place(position)))
  }

  package func incident(
    _ kind: Incident.Kind, _ text: String, figures: [Double] = [], at position: Int?
  ) {
    if listCount >= RunCollector.listLimit { return drop() }
    listCount += 1
    run.incidents.append(
      Incident(kind, text, figures: figures, progress: progress, place: place(position)))
  }

  private func goBack(to progress: Progress, at position: Int?) {
    if let resumed = run.resumedAt, !resumed.isFurther(than: progress) { return }
    let isBehindFirst = run.first.map { progress.isFurther(than: $0) } ?? false
    if !isBehindFirst && run.name == nil && appendRun() { return }
    run.resumedAt = progress
    incident(.resumed, "the record goes back and on from here", at: position)
  }

  /// Finds the slot's series in the run that grows, or begins it.
  private func find(_ slot: inout Slot) {
    if slot.run == current { return }
    slot.run = current
    let key = SeriesKey(name: slot.name, tensor: slot.tensor, source: index)
    slot.index = runs[current].indices[key]
    if slot.index != nil { return }
    if slot.name.utf8.count > RunCollector.nameLimit
      || slot.tensor?.utf8.count ?? 0 > RunCollector.nameLimit
      || seriesCount >= RunCollector.seriesLimit
    {
      return
    }
    var (role, split) = (slot.role, slot.split)
    if !slot.isJudged {
      let meaning = meaning(of: slot.name)
      (role, split) = (role ?? meaning.role, split ?? meaning.split)
    }
    runs[current].series.append(Series(key, role: role, split: split))
    seriesCount += 1
    slot.index = runs[current].series.count - 1
    runs[current].indices[key] = slot.index
  }

  private func meaning(of name: String) -> (role: Role?, split: Split?) {
    if let known = meanings[name] { return known }
    let meant = meant(by: name).map { RunCollector.meaning(meant: $0) }
    let meaning = meant ?? FigureNames.meaning(of: name)
    meanings[name] = meaning
    return meaning
  }

  /// A series of the run that grows has a sample more; what is kept is held within its limits.
  private func grow(_ index: Int) {
    samples += 1
    let isLong = runs[current].series[index].samples.count > RunCollector.samplesPerSeries
    if isLong { thin(index, of: current) }
    if samples <= RunCollector.sampleLimit { return }
    // All that are over half as long as the longest at once: a search frees much of what it costs.
    let longest = runs[current].series.lazy.map(\.samples.count).max() ?? 0
    if longest > 3 {
      for index in runs[current].series.indices
      where runs[current].series[index].samples.count > longest / 2 {
        thin(index, of: current)
      }
      return
    }
    // Other runs hold the rest.
    for earlier in runs.indices where earlier != current {
      for series in runs[earlier].series.indices { thin(series, of: earlier) }
    }
  }

  private func thin(_ index: Int, of run: Int) {
    let before = runs[run].series[index].samples.count
    runs[run].series[index].thin()
    samples -= before - runs[run].series[index].samples.count
  }

  private func drop() { droppedFigures += 1 }

  /// What the file yielded, with what was left out said in the remarks.
  package var finished: (source: SourceRecord, runs: [Draft]) {
    var source = source
    source.remarks += notes.remarks(unit: source.unit)
    if droppedFigures > 0 {
      source.remarks.append(
        "\(droppedFigures) values were left out: more than \(RunCollector.seriesLimit) names, or "
          + "names of more than \(RunCollector.nameLimit) bytes")
    }
    if isOutOfRuns {
      source.remarks.append("runs beyond the first \(RunCollector.runLimit) are taken for one")
    }
    return (source, runs)
  }
}

extension Progress {
  /// Whether this lies later than `other`, by what both have; false where that cannot be told.
  package func isAfter(_ other: Progress) -> Bool {
    if let mine = epoch, let theirs = other.epoch, mine != theirs { return mine > theirs }
    if let mine = step, let theirs = other.step, mine != theirs { return mine > theirs }
    if let mine = batch, let theirs = other.batch, mine != theirs { return mine > theirs }
    return false
  }

  /// As `isAfter`, the batch left out: some tools count batches anew within an epoch, for training
  /// and for validation.
  package func isFurther(than other: Progress) -> Bool {
    if let mine = epoch, let theirs = other.epoch, mine != theirs { return mine > theirs }
    if let mine = step, let theirs = other.step { return mine > theirs }
    return false
  }
}

extension RunCollector {
  /// What the user means; he may name a role as our records call it.
  static func meaning(meant: String) -> (role: Role?, split: Split?) {
    var meaning = FigureNames.meaning(of: meant)
    if let role = Role(rawValue: meant) { meaning.role = role }
    return meaning
  }
}
