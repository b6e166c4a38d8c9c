import Testing
import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

/// Rates against those of torch's and transformers' own schedules.
@Suite struct RateScheduleTests {
  private func schedule(_ text: String) throws -> RateSchedule {
    try #require(RateSchedule.all(in: ConfiguredText.run(text)).first)
  }

  @Test func ratesAreThoseOfTorchAndTransformers() throws {
    let cases = try ConfiguredText.golden("schedules")
    #expect(cases.count >= 19)
    for entry in cases {
      let name = try #require(entry["name"]?.string)
      let schedule = try schedule(try #require(entry["text"]?.string))
      #expect(schedule.unit.rawValue == entry["unit"]?.string, "\(name)")
      let theirs = try #require(entry["rates"]?.array).compactMap(\.double)
      for (count, rate) in theirs.enumerated() {
        let ours = schedule.rate(after: Double(count))
        let isClose = abs((ours ?? .nan) - rate) <= 1e-12 * 8e-5
        #expect(isClose, "\(name) after \(count): \(ours ?? .nan), torch \(rate)")
      }
    }
  }

  @Test func warmUpThenPlateauWithoutMetrics() throws {
    let schedule = try schedule(ConfiguredText.priorityNet("diagnosed"))
    let entry = try #require(try ConfiguredText.golden("warmed_plateau").first)
    let theirs = try #require(entry["rates"]?.array).compactMap(\.double)
    // The metric never improves after the first epoch that counts: the earliest drop there is.
    let firstDrop = try #require(theirs.indices.first { $0 > 6 && theirs[$0] < theirs[$0 - 1] })
    for epoch in 1...firstDrop {
      let ours = schedule.rate(at: Progress(epoch: Double(epoch)))
      #expect(isNear(ours, theirs[epoch - 1]), "epoch \(epoch)")
    }
    #expect(schedule.rate(at: Progress(epoch: Double(firstDrop + 1))) == nil)
    #expect(isNear(schedule.rate(at: Progress(epoch: 3)), 8e-5 * (0.02 + 0.98 * 2 / 6)))
    #expect(schedule.rate(at: Progress(epoch: 0)) == nil)
    #expect(schedule.rate(at: Progress(step: 3)) == nil)
    #expect(schedule.isWarmingUp(after: 5) && !schedule.isWarmingUp(after: 6))
  }

  @Test func plateausDropWhereTorchDrops() throws {
    for entry in try ConfiguredText.golden("plateaus") {
      let settings = try #require(entry["settings"])
      var rule = PlateauRule()
      if let value = settings["patience"]?.int { rule.patience = value }
      if let value = settings["factor"]?.double { rule.factor = value }
      if let value = settings["threshold"]?.double { rule.threshold = value }
      if let value = settings["cooldown"]?.int { rule.cooldown = value }
      if let value = settings["min_lr"]?.double { rule.least = value }
      rule.isRelative = settings["threshold_mode"]?.string != "abs"
      rule.isRising = settings["mode"]?.string == "max"
      var state = PlateauRule.State(rate: 8e-5)
      let metrics = try #require(entry["metrics"]?.array).compactMap(\.double)
      let theirs = try #require(entry["rates"]?.array).compactMap(\.double)
      #expect(Set(theirs).count > 1)
      for (metric, rate) in zip(metrics, theirs) {
        let before = state.rate
        let dropped = rule.step(&state, metric: metric)
        #expect(dropped == (state.rate < before))
        #expect(isNear(state.rate, rate), "\(settings.compact)")
      }
    }
  }

  @Test func stopsWhereTorchsCountersStop() throws {
    for entry in try ConfiguredText.golden("stops") {
      let settings = try #require(entry["settings"])
      var rule = PlateauRule()
      rule.patience = try #require(settings["patience"]?.int)
      rule.factor = try #require(settings["factor"]?.double)
      rule.least = try #require(settings["min_lr"]?.double)
      rule.cooldown = settings["cooldown"]?.int ?? 0
      let outcome = EarlyStop(
        patience: try #require(entry["patience"]?.int),
        resetsOnDrop: entry["resets"] == .bool(true), base: 8e-5, plateau: rule
      ).withoutImprovement
      #expect(outcome.epochs == entry["epochs"]?.int)
      #expect(outcome.drops.count == entry["drops"]?.int)
      #expect(isNear(outcome.rate, entry["rate"]?.double))
    }
  }

  @Test func whatIsAssumedIsNoRate() throws {
    let text = "lr: 0.1\nwarmup_epochs: 4\nscheduler: cosine\nepochs: 10\n"
    let assumed = try schedule(text)
    #expect(assumed.rate(at: Progress(epoch: 2)) == nil)
    #expect(isNear(assumed.rate(after: 1), 0.05))
    #expect(isNear(assumed.rate(at: Progress(epoch: 5)), 0.1))
    let told = try schedule(text + "warmup_start_factor: 0.1\n")
    #expect(isNear(told.rate(at: Progress(epoch: 2)), 0.1 * (0.1 + 0.9 / 4)))
  }

  @Test func loggedRatesStandBesideComputedOnes() throws {
    var run = try ConfiguredText.run("lr: 0.1\nscheduler: StepLR\nstep_size: 2\ngamma: 0.5\n")
    func logged(_ rates: [Double], from first: Double) -> Finding? {
      var series = Series(SeriesKey(name: "lr", source: 0), role: .learningRate)
      for (index, rate) in rates.enumerated() {
        let progress = Progress(epoch: first + Double(index))
        series.add(Point(rate, progress, Place(source: 0, position: 9 + index)))
      }
      run.series = [series]
      return ConfiguredText.findings(run)["rate_schedule"]
    }
    // Whether the log counts from 0 or from 1, it agrees.
    for first in [0.0, 1.0] {
      let same = try #require(logged([0.1, 0.1, 0.05, 0.05, 0.025], from: first))
      #expect(same["compared_rates"] == 5 && (same["largest_deviation"] ?? 1) < 1e-12)
    }
    let late = try #require(logged([0.1, 0.1, 0.1, 0.05, 0.05], from: 1))
    #expect(isNear(late["largest_deviation"], 1))
    #expect(late.text.contains("0.1 is logged where the configuration alone gives 0.05"))
    #expect(late.evidence.last?.position == 11)
  }

  @Test(arguments: [
    "lr: 0.1\nscheduler: OneCycleLR\n", "lr: 0.1\nscheduler: cosine\n",
    "lr: 0.1\nscheduler: StepLR\n", "batch_size: 3\n", "lr: 0.1\nlradj: type1\n",
    "{\"learning_rate\": 1e-4, \"lr_scheduler_type\": \"linear\", \"max_steps\": -1}",
  ])
  func whatIsMissingIsNoSchedule(text: String) throws {
    let run = try ConfiguredText.run(text)
    #expect(RateSchedule.all(in: run).isEmpty)
    guard case .cannotTell(let missing) = Rule.rateSchedule.judge(run) else {
      Issue.record("a schedule was found: \(text)")
      return
    }
    #expect(!missing.isEmpty)
  }

  @Test(
    .enabled(
      if: Files.exists(ConfiguredText.real("celestial_production.yaml")),
      "needs the real files, see the README of the data folder"))
  func celestialsFirstEpochIsTheLoggedOne() throws {
    let schedule = try schedule(ConfiguredText.real(text: "celestial_production.yaml"))
    let log = try ConfiguredText.real(text: "celestial_training_diagnostic.log")
    let line = try #require(log.split(separator: "\n").first { $0.hasPrefix("current_lr: ") })
    let logged = try #require(Double(line.dropFirst("current_lr: ".count)))
    #expect(isNear(schedule.rate(at: Progress(epoch: 1)), logged))
    #expect(logged == 2e-4)
  }

  /// The trainer's logs do not say the base rate; it is read off their figures.
  @Test(
    .enabled(
      if: Files.exists(ConfiguredText.real("hf_smolvlm_trainer_state.json")),
      "needs the real files, see the README of the data folder"),
    arguments: [
      ("hf_distilbert_lora_trainer_state.json", "linear", 2e-4, 0, 375),
      ("hf_llm_finetune_trainer_state.json", "cosine", 5e-5, 0, 1038),
      ("hf_smolvlm_trainer_state.json", "cosine", 2e-4, 94, 939),
    ])
  func trainersLoggedRates(name: String, kind: String, base: Double, warmup: Int, steps: Int) throws
  {
    let state = try JSON.parse(
      Files.read(ConfiguredText.real(name)), source: name)
    var run = try ConfiguredText.run(
      """
      {"learning_rate": \(base), "lr_scheduler_type": "\(kind)", "max_steps": \(steps),
       "warmup_steps": \(warmup)}
      """)
    var logged = Series(SeriesKey(name: "learning_rate", source: 0), role: .learningRate)
    for entry in try #require(state["log_history"]?.array) {
      guard let rate = entry["learning_rate"]?.double, let step = entry["step"]?.int else {
        continue
      }
      logged.add(Point(rate, Progress(step: step), Place(source: 0, position: nil)))
    }
    run.series = [logged]
    // Older versions log the rate of the next step, newer ones that of the step: the log decides.
    let schedule = try #require(RateSchedule.all(in: run).first)
    let points = try #require(logged.points)
    #expect(points.count > 15)
    for point in points {
      let rate = try #require(schedule.rate(at: point.progress))
      #expect(isNear(rate, point.value, within: 1e-9), "\(name) step \(point.progress.step ?? 0)")
    }
  }
}
