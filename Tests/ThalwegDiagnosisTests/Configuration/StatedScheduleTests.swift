import Testing
import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

/// Schedules by keys that other things have as well, or that name none.
@Suite struct StatedScheduleTests {
  private func schedule(_ text: String) throws -> Finding? {
    try ConfiguredText.findings(text)["rate_schedule"]
  }

  private func missing(_ text: String) throws -> String? {
    if case .cannotTell(let missing) = Rule.rateSchedule.judge(try ConfiguredText.run(text)) {
      missing
    } else {
      nil
    }
  }

  /// The gamma of a loss and the discount of rewards are none of the rate.
  @Test(arguments: ["loss: {gamma: 2.0}\n", "agent: {gamma: 0.99}\n", "gamma: 0.99\n"])
  func theSchedulesOwnSectionTellsItsFactor(other: String) throws {
    let own = "lr: 0.1\nscheduler: {name: ExponentialLR, gamma: 0.95}\nepochs: 30\n"
    for text in [other + own, own + other] {
      let schedule = try #require(RateSchedule.all(in: ConfiguredText.run(text)).first)
      let wanted = (0..<10).reduce(0.1) { rate, _ in rate * 0.95 }
      #expect(isNear(schedule.rate(after: 10), wanted))
    }
    let alone = other + "lr: 0.1\nscheduler: {name: ExponentialLR}\nepochs: 30\n"
    #expect(try missing(alone)?.contains("gamma") == true)
  }

  @Test func theKeysOfNanoGPTAreACosine() throws {
    let text = """
      learning_rate: 6.0e-4
      max_iters: 1000
      decay_lr: true
      warmup_iters: 100
      lr_decay_iters: 800
      min_lr: 6.0e-5

      """
    let finding = try #require(try schedule(text))
    #expect(finding.verdict == .likely)
    #expect(finding.unknown?.contains("nanoGPT") == true)
    let schedule = try #require(RateSchedule.all(in: ConfiguredText.run(text)).first)
    #expect(isNear(schedule.rate(after: 100), 6e-4))
    #expect(isNear(schedule.rate(after: 450), 3.3e-4))
    #expect(isNear(schedule.rate(after: 900), 6e-5))
    let off = text.replacing("decay_lr: true", with: "decay_lr: false")
    let constant = try #require(RateSchedule.all(in: ConfiguredText.run(off)).first)
    #expect(isNear(constant.rate(after: 900), 6e-4) && isNear(constant.rate(after: 0), 6e-4))
  }

  @Test func aWarmUpAloneNamesNoSchedule() throws {
    let finding = try #require(try schedule("lr: 0.1\nwarmup_steps: 10\nmax_steps: 90\n"))
    #expect(finding.verdict == .likely)
    #expect(finding.unknown?.contains("the configuration names no schedule") == true)
  }

  @Test(arguments: [
    "lr: 1.0e-4\nlr_drop: 200\nepochs: 300\n",
    "lr: 0.1\nparam_scheduler: [LinearLR, MultiStepLR]\n",
    "lr: 0.1\nparam_scheduler:\n  - {type: LinearLR, end: 5}\n"
      + "  - {type: MultiStepLR, milestones: [8, 11]}\n",
    "optimizer: {lr: 0.1}\nlr_scheduler: {interval: step, step_size: 1000}\nepochs: 10\n",
    "lr: 0.1\nscheduler: StepLR\nstep_size: 1000\nepochs: 10\n",
  ])
  func whatLowersTheRateUnreadIsNoConstant(text: String) throws {
    #expect(try schedule(text) == nil)
    #expect(try missing(text) != nil)
  }

  @Test(arguments: [
    "lr: 0.1\nscheduler: cosine\nT_max: 10000\nmax_steps: 10000\nepochs: 10\n",
    "lr: 0.1\nlr_scheduler: {name: StepLR, interval: step, step_size: 1000}\nepochs: 10\n",
    "lr: 0.1\nlr_scheduler: polynomial\npower: 0.9\nmax_iters: 80000\n",
  ])
  func schedulesThatCountSteps(text: String) throws {
    let schedule = try #require(RateSchedule.all(in: ConfiguredText.run(text)).first)
    #expect(schedule.unit == .step)
  }

  @Test func aLogOfAPolynomialIsNoMismatch() throws {
    let text = "lr: 0.01\nlr_scheduler: polynomial\npower: 0.9\nmax_iters: 80000\n"
    var run = try ConfiguredText.run(text)
    let schedule = try #require(RateSchedule.all(in: run).first)
    // (1 - 1/2) to the power of 0.9.
    #expect(isNear(schedule.rate(after: 40_000), 0.01 * 0.535886731268146, within: 1e-9))
    run.series = [logged((0..<80).map { ($0 * 1000, schedule.rate(after: Double($0 * 1000))) })]
    #expect(ConfiguredText.findings(run)["rate_mismatch"] == nil)
    let open = try ConfiguredText.run(text.replacing("power: 0.9\n", with: ""))
    let assumed = try #require(ConfiguredText.findings(open)["rate_schedule"])
    #expect(assumed.unknown?.contains("no power is configured") == true)
  }

  /// Printed after the schedule has stepped, each rate is that of the next epoch.
  @Test func anOrderOfPrintingIsNoError() throws {
    var run = try ConfiguredText.run("lr: 0.1\nscheduler: cosine\nepochs: 90\n")
    let schedule = try #require(RateSchedule.all(in: run).first)
    var series = Series(SeriesKey(name: "lr", source: 0), role: .learningRate)
    for epoch in 1...89 {
      let rate = try #require(schedule.rate(after: Double(epoch)))
      let place = Place(source: 0, position: epoch)
      series.add(Point(rate, Progress(epoch: Double(epoch)), place))
    }
    run.series = [series]
    let found = ConfiguredText.findings(run)
    #expect(found["rate_mismatch"]?.severity == .info)
    let told = try #require(found["rate_schedule"])
    #expect((told["largest_deviation"] ?? 1) < 1e-9)
    #expect(told.text.contains("counted as the log does, from 0"), "\(told.text)")
  }

  @Test func theWrappersOfWeightsAndBiasesAreNone() throws {
    let run = try ConfiguredText.run(
      """
      wandb_version: 1
      learning_rate:
        desc: null
        value: 0.0003
      scheduler:
        value: {name: StepLR, step_size: 3, gamma: 0.5}
      epochs:
        value: 9
      """)
    #expect(run.settings.contains { $0.path == ["learning_rate"] && $0.number == 3e-4 })
    #expect(run.settings.first { $0.path == ["learning_rate"] }?.place.position == 4)
    let schedule = try #require(RateSchedule.all(in: run).first)
    #expect(isNear(schedule.rate(after: 3), 1.5e-4))
    // One section that happens to hold a value is no such file.
    let other = try ConfiguredText.run("lr: 0.1\nloss: {value: 3}\n")
    #expect(other.settings.contains { $0.path == ["loss", "value"] })
  }

  @Test(arguments: [
    ("audio: {clip_threshold: -40.0}\n", Verdict.likely),
    ("trainer: {clip_threshold: -40.0}\n", .established),
    ("grad_clip: -40.0\n", .established),
  ])
  func aThresholdOfSoundIsPerhapsNone(text: String, verdict: Verdict) throws {
    let fault = try #require(try ConfiguredText.findings("lr: 0.1\n" + text)["impossible_setting"])
    #expect(fault.verdict == verdict)
  }

  private func logged(_ rates: [(step: Int, rate: Double?)]) -> Series {
    var series = Series(SeriesKey(name: "lr", source: 0), role: .learningRate)
    for (step, rate) in rates {
      let place = Place(source: 0, position: step + 1)
      series.add(Point(rate ?? .nan, Progress(step: step), place))
    }
    return series
  }
}
