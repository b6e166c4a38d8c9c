package import ThalwegRecord

/// Takes what a reader finds in one file, and sorts it into runs.
///
/// A file may hold several runs: a figure that lies at or before the run's first one begins
/// another; one that lies before the last of its series but behind the first says that the run was
/// resumed.
package final class RunCollector {
  /// Names beyond it are counted, not kept.
  private static let seriesLimit = 20_000
  private static let samplesPerSeries = 1 << 14
  private static let sampleLimit = 1 << 19
  private static let nameLimit = 256
  private static let listLimit = 100_000

  /// One run of the file while it is put together.
  package struct Draft {
    package fileprivate(set) var series: [Series] = []
    package var settings: [Setting] = []
    package var incidents: [Incident] = []
    package var tensors: [TensorRecord] = []
    fileprivate var indices: [SeriesKey: Int] = [:]
    fileprivate var first: Progress?
    fileprivate var resumedAt: Progress?
  }

  package var source: SourceRecord
  /// The runs in the order of the file; the last one grows.
  package private(set) var runs: [Draft] = [Draft()]
  /// How far training is where the reader stands.
  package var progress = Progress()
  private let index: Int
  private let map: [String: String]
  private var samples = 0
  private var droppedFigures = 0
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
    get { runs[runs.count - 1] }
    _modify { yield &runs[runs.count - 1] }
  }

  package func place(_ position: Int?) -> Place { Place(source: index, position: position) }

  /// Figures go to a new run from here on; a run of which nothing is known is not left behind.
  package func beginRun() {
    progress = Progress()
    if run.series.isEmpty && run.settings.isEmpty && run.incidents.isEmpty { return }
    runs.append(Draft())
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
    let point = Point(value, progress, place(position))
    var key = SeriesKey(name: name, tensor: tensor, source: index)
    if let known = run.indices[key], let last = run.series[known].last {
      if last.progress.isAfter(progress) { goBack(to: progress, at: position) }
    }
    guard let found = slot(&key, role: role, split: split) else { return }
    if run.first == nil { run.first = progress }
    let before = run.series[found].samples.count
    run.series[found].add(point)
    samples += run.series[found].samples.count - before
    bound(found)
  }

  /// The file says that there is no figure of that name here.
  package func absent(
    _ name: String, tensor: String? = nil, role: Role? = nil, split: Split? = nil
  ) {
    var key = SeriesKey(name: name, tensor: tensor, source: index)
    guard let found = slot(&key, role: role, split: split) else { return }
    run.series[found].addNil()
  }

  package func setting(
    _ path: [String], _ value: Setting.Value, text: String, origin: Setting.Origin,
    at position: Int?
  ) {
    if run.settings.count >= RunCollector.listLimit { return drop() }
    run.settings.append(
      Setting(path: path, value: value, text: text, origin: origin, place: place(position)))
  }

  package func incident(
    _ kind: Incident.Kind, _ text: String, figures: [Double] = [], at position: Int?
  ) {
    if run.incidents.count >= RunCollector.listLimit { return drop() }
    run.incidents.append(
      Incident(kind, text, figures: figures, progress: progress, place: place(position)))
  }

  private func goBack(to progress: Progress, at position: Int?) {
    if let resumed = run.resumedAt, !resumed.isAfter(progress) { return }
    if let first = run.first, progress.isAfter(first) {
      run.resumedAt = progress
      incident(.resumed, "the record goes back and on from here", at: position)
    } else {
      runs.append(Draft())
    }
  }

  /// The index of the series; nil where there are too many.
  private func slot(_ key: inout SeriesKey, role: Role?, split: Split?) -> Int? {
    if let known = run.indices[key] { return known }
    if key.name.utf8.count > RunCollector.nameLimit
      || key.tensor?.utf8.count ?? 0 > RunCollector.nameLimit
      || run.series.count >= RunCollector.seriesLimit
    {
      drop()
      return nil
    }
    let meaning = meaning(of: key.name)
    run.series.append(Series(key, role: role ?? meaning.role, split: split ?? meaning.split))
    run.indices[key] = run.series.count - 1
    return run.series.count - 1
  }

  private func meaning(of name: String) -> (role: Role?, split: Split?) {
    if let known = meanings[name] { return known }
    let meaning = FigureNames.meaning(of: map[name] ?? name)
    meanings[name] = meaning
    return meaning
  }

  /// Holds what is kept within its limits.
  private func bound(_ index: Int) {
    if run.series[index].samples.count > RunCollector.samplesPerSeries { thin(index) }
    if samples <= RunCollector.sampleLimit { return }
    let longest = run.series.indices.max { one, other in
      (run.series[one].samples.count, other) < (run.series[other].samples.count, one)
    }
    // Runs before this one hold the rest.
    if let longest, run.series[longest].samples.count > 1 { return thin(longest) }
    for earlier in runs.indices.dropLast() {
      for series in runs[earlier].series.indices { thin(series, of: earlier) }
    }
  }

  private func thin(_ index: Int, of run: Int? = nil) {
    let run = run ?? runs.count - 1
    let before = runs[run].series[index].samples.count
    runs[run].series[index].thin()
    samples -= before - runs[run].series[index].samples.count
  }

  private func drop() { droppedFigures += 1 }

  /// What the file yielded, with what was left out said in the remarks.
  package var finished: (source: SourceRecord, runs: [Draft]) {
    var source = source
    if droppedFigures > 0 {
      source.remarks.append(
        "\(droppedFigures) values were left out: more than \(RunCollector.seriesLimit) names, or "
          + "names of more than \(RunCollector.nameLimit) bytes")
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
}
