import ThalwegRecord

/// A run with its settings sorted: those of its trainings, and those that tell of its code.
struct ConfiguredRun {
  let run: RunRecord
  let facts: CodeFacts
  /// The settings of the project's own files, statements included; none that tell of its code.
  let settings: [Setting]
  private(set) var trainings: [TrainingSettings]

  init(_ run: RunRecord) {
    self.run = run
    facts = CodeFacts(run.settings)
    let all = run.settings
    // Whether sections of that name are ours depends on all of them, once.
    var isOwn: [String: Bool] = [:]
    settings = all.filter { setting in
      let section = setting.path.first ?? ""
      let known = isOwn[section] ?? CodeFacts.isOwn(setting, in: all)
      isOwn[section] = known
      return !known
    }
    trainings = TrainingSettings.all(in: settings)
    if let index = toldIndex, facts.readKeys != nil {
      let section = facts.section ?? trainings[index].section
      trainings[index] = trainings[index].reading(in: section) { facts.reads($0) ?? true }
    }
  }

  /// The training that facts, terms and changes are about; nil where there are several and nobody
  /// says which.
  var told: TrainingSettings? { toldIndex.map { trainings[$0] } }

  private var toldIndex: Int? {
    if let section = facts.section {
      return trainings.firstIndex { $0.section.starts(with: section) } ?? 0
    }
    return trainings.count == 1 ? 0 : nil
  }

  /// Recorded norms of the whole gradient that are not said to be those after clipping.
  var norms: [Point] {
    // Of a long series its extremes.
    normSeries.map { $0.points ?? $0.samples.flatMap { [$0.low, $0.high] } } ?? []
  }

  var normSeries: Series? { (run.series(.normBeforeClip) + run.series(.gradientNorm)).first }

  /// The network in use; nil where none is told, or a key that selects it is not set.
  func activeNetwork(_ training: TrainingSettings) -> (network: Network, evidence: [Place])? {
    for network in facts.networks ?? [] {
      let (isActive, evidence) = network.isActive(training)
      if isActive == true { return (network, evidence + network.places) }
    }
    return nil
  }

  /// How many parameters the network in use has; nil: not told.
  func parameterCount(_ training: TrainingSettings) -> (count: Double, evidence: [Place])? {
    if let setting = training[.parameterCount], let count = setting.numeric {
      return (count, [setting.place])
    }
    guard let (network, evidence) = activeNetwork(training), let count = network.parameters else {
      return nil
    }
    return (count, evidence)
  }
}
