import ThalwegRecord

/// A run with its settings sorted: those of its trainings, and those that tell of its code.
struct ConfiguredRun {
  let run: RunRecord
  let facts: CodeFacts
  /// The settings of the project's own files, statements included; none that tell of its code.
  let settings: [Setting]
  let trainings: [TrainingSettings]

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
  }

  /// The training that facts, terms and changes are about; nil where there are several and nobody
  /// says which.
  var told: TrainingSettings? {
    if let section = facts.section {
      return trainings.first { $0.section.starts(with: section) } ?? trainings.first
    }
    return trainings.count == 1 ? trainings.first : nil
  }

  /// Recorded norms of the whole gradient that are not said to be those after clipping.
  var norms: [Point] {
    let series = run.series(.normBeforeClip) + run.series(.gradientNorm)
    guard let longest = series.first else { return [] }
    // Of a long series its extremes.
    return longest.points ?? longest.samples.flatMap { [$0.low, $0.high] }
  }

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
