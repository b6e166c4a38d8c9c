private import ThalwegAutodiff
private import ThalwegFormats
private import ThalwegRCGNN
private import ThalwegRecord
private import ThalwegReport
private import ThalwegTensor
private import ThalwegTraining

/// `thalweg train`: from settings to a run folder.
struct Train {
  private let arguments: Arguments
  private let console: Console

  init(_ arguments: Arguments) {
    self.arguments = arguments
    console = Console(isQuiet: arguments.has(.json))
  }

  func run() throws -> Int32 {
    _ = try arguments.requiredSubject()
    if let folder = arguments.value(.resume) { return try resume(RunFolder(folder)) }
    let system = try SystemSettings(arguments)
    if arguments.has(.printConfig) {
      Console().result(String(system.settings.resolved.dropLast()))
      return 0
    }
    let machine = try SystemSettings.machine(arguments)
    let experiment = try InputError.wrapping { try prepared(system.configuration) }
    let folder =
      arguments.value(.out).map(RunFolder.init) ?? RunFolder.next(for: system.configuration.name)
    let description = RunDescription(system, experiment, machine).json
    try InputError.wrapping {
      try folder.create(configuration: system.settings.resolved, description: description)
    }
    console.note("run folder: \(folder.path)")
    return try train(experiment, folder, machine, from: nil, lock: try lock(folder))
  }

  private func resume(_ folder: RunFolder) throws -> Int32 {
    for option in Option.configuration + [.out] where arguments.has(option) {
      throw UsageError.exclusive(Option.resume.word, option.word)
    }
    guard Files.exists(folder.configuration) else {
      throw CheckpointError.noConfiguration(folder: folder.path)
    }
    // Before anything is read: another process may be saving.
    let lock = try lock(folder)
    let saved = try InputError.wrapping {
      (try Files.read(folder.configuration), try Files.read(folder.description))
    }
    let before = Fields(
      json: try JSON.parse(saved.1, source: folder.description), path: folder.description)
    let system = try SystemSettings(
      resuming: folder.configuration, bytes: saved.0, preset: try before.string("preset"))
    let machine = try SystemSettings.machine(arguments)
    let experiment = try InputError.wrapping { try prepared(system.configuration) }
    for line in try RunDescription(system, experiment, machine).differences(from: before) {
      console.warning(line)
    }
    if system.configuration.training.nonFinite == .rollBack {
      console.warning(
        "non_finite is roll_back: this run now rolls back to where it was resumed, an "
          + "uninterrupted one to its own last save")
    }
    let state = try InputError.wrapping {
      try Resume(folder, experiment, experiment.effectiveTraining)
    }
    console.note(
      "run folder: \(folder.path), resumed at "
        + (state.map { "step \($0.state.step)" } ?? "the beginning: no checkpoint was saved"))
    return try train(experiment, folder, machine, from: state, lock: lock)
  }

  private func lock(_ folder: RunFolder) throws -> FolderLock {
    let lock = try InputError.wrapping { try FolderLock(folder.path) }
    if !lock.isHeld {
      console.warning("this file system offers no locks: do not resume the run while it goes on")
    }
    return lock
  }

  private func prepared(_ configuration: RCGNNConfiguration) throws -> RCGNNExperiment {
    let data = try RCGNNData(configuration)
    let experiment = try RCGNNExperiment(configuration, data)
    // Made for what it refuses: a pattern that fits no parameter is said before a folder is made.
    _ = try Optimizer(experiment.parameters, configuration.training.optimizer)
    for line in DataReport.lines(for: data) { console.result(line) }
    console.result(
      "Model: \(configuration.model.rawValue), \(experiment.parameters.tensorCount) tensors, "
        + "\(experiment.parameters.elementCount) parameters")
    return experiment
  }

  private func train(
    _ experiment: RCGNNExperiment, _ folder: RunFolder, _ machine: Machine, from state: Resume?,
    lock: FolderLock
  ) throws -> Int32 {
    let configuration = experiment.effectiveTraining
    if configuration != experiment.configuration.training {
      console.warning(
        "no true graph: the oracle's schedule and early stopping have nothing to look at "
          + "and are off")
    }
    let keeper = try InputError.wrapping { try RunKeeper(folder, from: state?.state, lock: lock) }
    let batches =
      (experiment.trainingItemCount + configuration.batchSize - 1) / configuration.batchSize
    let view = TrainConsole(
      console, epochs: configuration.epochs, batches: batches, patience: configuration.patience,
      done: state?.state.step ?? 0)
    Interrupt.listen()
    let loop = try TrainingLoop(
      experiment, configuration, on: machine, observers: [keeper.metrics, view], keeper: keeper,
      isInterrupted: { Interrupt.isPending })
    try state?.restore(loop)
    let end = try loop.run()
    return try report(end, experiment, loop.trainer.outcomes, folder, machine)
  }

  private func report(
    _ end: RunEnd, _ experiment: RCGNNExperiment, _ outcomes: [Int], _ folder: RunFolder,
    _ machine: Machine
  ) throws -> Int32 {
    let truth = experiment.data.truth?.graph
    let log = try TrainingLog(folder, experiment.configuration)
    let summary = try log.write(experiment.data.series, trueEdges: truth?.edges.count)
    let picture = RunSummary(experiment, machine, end, outcomes: outcomes)
    for line in picture.lines() { console.result(line) }
    if let line = log.bestNote { console.result(line) }
    if arguments.has(.json) {
      console.document(picture.json(folder, summary).pretty)
    }
    switch end {
    case .finished, .stoppedEarly: return 0
    case .diverged: return 3
    case .interrupted:
      console.note(
        "interrupted and saved; go on with: thalweg train rc-gnn --resume \(folder.path)")
      return 130
    }
  }
}
