private import ThalwegAutodiff
package import ThalwegFormats
private import ThalwegTensor
private import ThalwegTraining

extension RCGNNConfiguration {
  /// Reads every key; a key that nothing reads is an error of `Settings.finish`.
  package init(_ settings: Settings) throws(SettingsError) {
    name = try settings.string("name")
    let isPlain = name.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
        || $0 == 95
    }
    if name.isEmpty || !isPlain {
      throw .invalid(
        place: settings.place(of: "name"), key: "name",
        reason: "run folders begin with it; use letters, digits, '-' and '_'")
    }
    let seed = try settings.int("seed", in: 0...Int.max)
    let epochs = try settings.int("epochs", in: 1...1_000_000)
    let batchSize = try settings.int("batch_size", in: 1...1_000_000)
    dataPath = try settings.optionalString("data.path")
    missingNumbers = try settings.doubles("data.missing_numbers")
    missingMarkers = try settings.strings("data.missing_markers")
    made = Made(
      variables: try settings.int("data.made.variables", in: 4...1000),
      steps: try settings.int("data.made.steps", in: 1...10_000_000),
      missing: try settings.double("data.made.missing", in: 0...0.99))
    series = SeriesConfiguration(
      mode: try settings.choice("data.mode"),
      window: try settings.int("data.window", in: 2...100_000),
      standardize: try settings.bool("data.standardize"),
      fill: try settings.choice("data.fill"), batchSize: batchSize)
    trueGraphPath = try settings.optionalString("true_graph.path")
    trueGraphOrientation = try settings.choice("true_graph.orientation")
    usesOpinion = try settings.bool("true_graph.opinion")
    model = try settings.choice("model.kind")
    latent = try settings.int("model.latent", in: 1...10_000)
    hidden = try settings.int("model.hidden", in: 1...10_000)
    lags = try settings.int("model.lags", in: 1...1000)
    keptShare = try settings.double("model.kept_share", in: 0...1)
    func weight(_ term: String) throws(SettingsError) -> Double {
      try settings.double("loss." + term, in: 0...1e9)
    }
    weights = LossWeights(
      reconstruction: try weight("reconstruction"), sparsity: try weight("sparsity"),
      acyclicity: try weight("acyclicity"), disentanglement: try weight("disentanglement"))
    for (key, weight) in [
      ("loss.acyclicity", weights.acyclicity), ("loss.disentanglement", weights.disentanglement),
    ] where model == .graph && weight != 0 {
      throw .invalid(
        place: settings.place(of: key), key: key,
        reason: "only model.kind latent has this term; set it to 0")
    }
    divisor = try settings.choice("loss.divided_by")
    usesOracle = try settings.bool("evaluation.oracle")
    training = TrainingConfiguration(
      epochs: epochs, batchSize: batchSize, seed: UInt64(seed),
      optimizer: try OptimizerConfiguration(settings))
    training.nonFinite = try settings.choice("non_finite")
    training.evaluateEveryEpochs = try settings.int("evaluation.every_epochs", in: 1...1_000_000)
    training.checkpointEverySteps = try settings.optionalInt(
      "checkpoint.every_steps", in: 1...1_000_000_000)
    training.plateau = try ReduceOnPlateau.Configuration(settings)
    training.schedule = try Schedule(settings)
    training.objectiveWhenMissing = try settings.optionalDouble("schedule.objective_when_missing")
    training.patience = try settings.optionalInt("early_stopping.patience", in: 1...1_000_000)
    training.patienceUnit = try settings.choice("early_stopping.unit")
  }
}

extension Settings {
  /// A word that names a case of `Choice`.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String
  ) throws(SettingsError) -> Choice {
    let words = Choice.allCases.map(\.rawValue)
    let word = try string(key, oneOf: words)
    guard let choice = Choice(rawValue: word) else {
      mistake("settings: \(key) allowed '\(word)', which names no case")
    }
    return choice
  }
}

extension OptimizerConfiguration {
  init(_ settings: Settings) throws(SettingsError) {
    self.init(
      try settings.choice("optimizer.rule"),
      learningRate: try settings.double("optimizer.learning_rate", in: 0...1e6),
      weightDecay: try settings.double("optimizer.weight_decay", in: 0...1e6),
      clipNorm: try settings.optionalDouble("optimizer.clip_norm", in: 1e-12...1e30),
      groups: try settings.strings("optimizer.frozen").map { ParameterGroup($0, isFrozen: true) })
    let limit = 1e-12...1e30
    clipValue = try settings.optionalDouble("optimizer.clip_value", in: limit)
    clipAdaptive = try settings.optionalDouble("optimizer.clip_adaptive", in: limit)
    momentum = try settings.double("optimizer.momentum", in: 0...0.999999, default: 0)
    isNesterov = try settings.bool("optimizer.nesterov", default: false)
    if let conflict {
      let key = "optimizer." + conflict.key
      throw .invalid(place: settings.place(of: key), key: key, reason: conflict.reason)
    }
  }
}

extension ReduceOnPlateau.Configuration {
  /// nil where the settings ask for no schedule.
  init?(_ settings: Settings) throws(SettingsError) {
    let kind = try settings.string("schedule.kind", oneOf: ["none", "plateau"])
    self.init(
      factor: try settings.double("schedule.factor", in: 0...1),
      patience: try settings.int("schedule.patience", in: 0...1_000_000),
      cooldown: try settings.int("schedule.cooldown", in: 0...1_000_000))
    if kind == "none" { return nil }
  }
}
