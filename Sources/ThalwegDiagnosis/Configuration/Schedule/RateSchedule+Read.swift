package import ThalwegRecord

extension RateSchedule {
  /// What a training's settings say of its schedule.
  package enum Reading: Sendable {
    case schedule(RateSchedule)
    /// What is missing, in words.
    case missing(String)
  }

  /// The schedules of all trainings that a record configures, with the way in which its log counts.
  package static func all(in run: RunRecord) -> [RateSchedule] {
    ConfiguredRun(run).trainings.compactMap { training in
      guard case .schedule(let schedule) = read(training, run: run) else { return nil }
      guard let logged = run.series(.learningRate).first else { return schedule }
      return schedule.fitted(to: logged)
    }
  }

  package static func read(_ training: TrainingSettings, run: RunRecord? = nil) -> Reading {
    if let lack = training.lack(meanings) { return .missing(lack) }
    guard let base = training.number(.learningRate) else { return .missing("a learning rate") }
    let evidence = meanings.compactMap { training[$0]?.place }
    let key = training[.schedule].map { NameWords.joined($0.key) }
    let parts = Parts(training: training, base: base, evidence: evidence)
    switch key {
    case "lr_scheduler_type": return parts.trainer()
    case "lradj": return parts.adjusted(run)
    default: return parts.torch(run)
    }
  }

  /// What a schedule is read from.
  static let meanings: [SettingMeaning] = [
    .learningRate, .schedule, .warmupEpochs, .warmupSteps, .warmupRatio, .warmupStart, .leastRate,
    .schedulePatience, .scheduleFactor, .stepSize, .milestones, .decayFactor, .period, .power,
    .scheduleInterval, .decaySteps, .epochs, .steps,
  ]

  /// The number of the first epoch in a log; 1 where it does not tell.
  private static func firstEpoch(of run: RunRecord?) -> Double {
    let firsts = run?.series.compactMap { $0.first?.progress.epoch } ?? []
    return firsts.contains { $0 < 1 } ? 0 : 1
  }

  /// What the three families of schedules share.
  private struct Parts {
    let training: TrainingSettings
    let base: Double
    let evidence: [Place]

    var least: Double { training.number(.leastRate) ?? 0 }

    /// A length; nil where it is not told, or without a limit.
    func positive(_ meaning: SettingMeaning) -> Double? {
      training.number(meaning).flatMap { $0 > 0 ? $0 : nil }
    }

    var name: String { training.className(.schedule) ?? "none" }

    /// Hugging Face's `get_scheduler`: by steps, from 0.
    func trainer() -> Reading {
      let steps = positive(.steps)
      var length = training.number(.warmupSteps) ?? 0
      if length < 1 {
        let share = length > 0 ? length : training.number(.warmupRatio) ?? 0
        if share > 0 {
          guard let steps else { return .missing("the number of training steps (max_steps)") }
          length = (share * steps).rounded(.up)
        }
      }
      let warmup = length > 0 ? Warmup(length: length, start: 0) : nil
      let rest = steps.map { max(1, $0 - length) }
      let cycles = training.number(.cycles)
      let shape: RateShape?
      switch name {
      case "constant", "constantwithwarmup": shape = .constant
      case "linear": shape = rest.map { .linear(length: $0, start: 1, end: 0) }
      case "cosine":
        shape = rest.map {
          .cosine(length: $0, least: 0, halfWaves: 2 * (cycles ?? 0.5), isHeld: false)
        }
      case "cosinewithrestarts":
        shape = rest.map { .hardRestarts(length: $0, cycles: cycles ?? 1) }
      case "polynomial":
        shape = rest.map {
          .polynomial(
            length: $0, power: training.number(.power) ?? 1,
            end: training.number(.leastRate) ?? 1e-7)
        }
      case "inversesqrt": shape = .inverseRoot(timescale: length > 0 ? length : 10_000)
      default: return .missing("a schedule that is known; '\(name)' is not")
      }
      guard let shape else { return .missing("the number of training steps (max_steps)") }
      return .schedule(
        RateSchedule(
          base: base, unit: .step, warmup: name == "constant" ? nil : warmup, shape: shape,
          total: steps, evidence: evidence, first: 0))
    }

    /// `lradj` as forecasting projects have it: set at the start of each epoch, counted from 1.
    func adjusted(_ run: RunRecord?) -> Reading {
      guard name == "warmupcosine" else {
        return .missing("a schedule that is known; lradj '\(name)' is not")
      }
      guard let total = positive(.epochs), let length = training.number(.warmupEpochs) else {
        return .missing("the numbers of epochs and of warm-up epochs")
      }
      let text = "the end of the cosine is reached in the last epoch"
      return .schedule(
        RateSchedule(
          base: base, unit: .epoch,
          warmup: length > 0 ? Warmup(length: length, start: 0, ahead: 1) : nil,
          shape: .cosine(length: max(1, total - length), least: least, halfWaves: 1, isHeld: true),
          shapeAhead: 1, total: total, assumptions: [Assumption(phase: .afterwards, text: text)],
          evidence: evidence, first: firstEpoch(of: run)))
    }

    /// torch.optim.lr_scheduler, a warm-up in front of it, by epochs where nothing says steps.
    func torch(_ run: RunRecord?) -> Reading {
      if let stated = training.statedDecay { return iterations(stated) }
      if let lack = training.scheduleLack { return .missing(lack) }
      guard let unit = training.scheduleUnit else {
        return .missing("whether the schedule counts epochs or steps")
      }
      var assumptions: [Assumption] = []
      var warmup: Warmup?
      if let length = positive(.warmupEpochs) ?? positive(.warmupSteps) {
        let own: Unit = positive(.warmupEpochs) == nil ? .step : .epoch
        if unit != own {
          return .missing("a warm-up in the unit of the schedule")
        }
        warmup = Warmup(length: length, start: training.number(.warmupStart) ?? 0)
      }
      if ["poly", "polynomial"].contains(name) && training[.power] == nil {
        assumptions.append(
          Assumption(phase: .afterwards, text: "no power is configured: 1 is assumed"))
      }
      if warmup != nil && training[.warmupStart] == nil {
        if unit == .epoch { warmup?.ahead = 1 }
        assumptions.append(
          Assumption(
            phase: .warmup,
            text: "no start factor is configured: a straight line from 0 is assumed"))
      }
      let total = positive(unit == .epoch ? .epochs : .steps)
      let end = positive(.decaySteps) ?? total
      switch torchShape(rest: end.map { max(1, $0 - (warmup?.length ?? 0)) }) {
      case .success(let shape):
        return .schedule(
          RateSchedule(
            base: base, unit: unit, warmup: warmup, shape: shape, total: total,
            assumptions: assumptions, evidence: evidence,
            first: unit == .epoch ? firstEpoch(of: run) : 0))
      case .failure(let lack): return .missing(lack.text)
      }
    }

    /// nanoGPT's keys, which name no schedule: a straight line up, then a cosine down to `min_lr`.
    private func iterations(_ stated: Setting) -> Reading {
      let isOn = training.setting("decay_lr")?.value
      guard let end = positive(.decaySteps), let least = training.number(.leastRate),
        case .bool(let decays)? = isOn
      else {
        return .missing("a schedule that is known; what \(stated.name) does to the rate is not")
      }
      let length = positive(.warmupSteps) ?? 0
      let straight = Assumption(phase: .warmup, text: "a straight line from 0 is assumed")
      let cosine = Assumption(
        phase: .afterwards,
        text: "no key names the way down: the cosine that nanoGPT has for these keys is assumed")
      let assumptions = length > 0 ? [straight, cosine] : [cosine]
      return .schedule(
        RateSchedule(
          base: base, unit: .step,
          warmup: decays && length > 0 ? Warmup(length: length, start: 0) : nil,
          shape: decays
            ? .cosine(length: max(1, end - length), least: least, halfWaves: 1, isHeld: true)
            : .constant,
          total: positive(.steps), assumptions: decays ? assumptions : [], evidence: evidence,
          first: 0))
    }

    private struct Lack: Error {
      var text: String
    }

    private func torchShape(rest: Double?) -> Result<RateShape, Lack> {
      let factor = training.number(.decayFactor)
      let period = training.number(.period)
      let length = "the length of the schedule (T_max, or the number of epochs)"
      switch name {
      case "none", "null", "constant", "constantwithwarmup", "warmup":
        return .success(training[.schedulePatience] == nil ? .constant : .plateau(.init(training)))
      case "reducelronplateau", "plateau", "reduceonplateau":
        return .success(.plateau(.init(training)))
      case "cosine", "cosineannealing", "cosineannealinglr", "cosinedecay", "warmupcosine",
        "cosinewithwarmup":
        guard let length = period ?? rest else { return .failure(Lack(text: length)) }
        let isHeld = period == nil && training[.decaySteps] != nil
        return .success(.cosine(length: length, least: least, halfWaves: 1, isHeld: isHeld))
      case "cosineannealingwarmrestarts", "warmrestarts":
        guard let period else { return .failure(Lack(text: "the first period (T_0)")) }
        let growth = training.number(.restartFactor) ?? 1
        return .success(.restarts(first: period, factor: growth, least: least))
      case "linear", "lineardecay", "linearwithwarmup":
        guard let rest else { return .failure(Lack(text: length)) }
        return .success(.linear(length: rest, start: 1, end: training.number(.endFactor) ?? 0))
      case "step", "steplr":
        guard let size = training.number(.stepSize) else {
          return .failure(Lack(text: "step_size"))
        }
        return .success(.step(every: size, factor: factor ?? 0.1))
      case "multistep", "multisteplr":
        guard case .list(let values)? = training[.milestones]?.value else {
          return .failure(Lack(text: "milestones"))
        }
        let places = values.compactMap { if case .number(let number) = $0 { number } else { nil } }
        return .success(.milestones(places, factor: factor ?? 0.1))
      case "exponential", "exponentiallr":
        guard let factor else { return .failure(Lack(text: "gamma")) }
        return .success(.exponential(factor: factor))
      case "polynomial", "polynomiallr", "poly":
        guard let rest else { return .failure(Lack(text: length)) }
        return .success(.polynomial(length: rest, power: training.number(.power) ?? 1, end: least))
      default: return .failure(Lack(text: "a schedule that is known; '\(name)' is not"))
      }
    }
  }
}
