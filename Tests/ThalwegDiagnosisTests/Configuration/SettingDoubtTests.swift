import Testing
import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

/// What is said of settings that nothing reads, that cannot be, that contradict one another or that
/// nobody tells.
@Suite struct SettingDoubtTests {
  private func findings(_ text: String) throws -> [Finding] { try ConfiguredText.findings(text) }

  private func skipped(_ rule: Rule, _ text: String) throws -> String? {
    if case .cannotTell(let missing) = rule.judge(try ConfiguredText.run(text)) {
      missing
    } else {
      nil
    }
  }

  // MARK: keys that nothing reads

  @Test func whatRestsOnAKeyThatNothingReadsSaysSo() throws {
    let text = """
      lr: 0.1
      optimizer: AdamW
      scheduler: cosine
      epochs: 10
      patience: 3
      about_code: {read_keys: [lr, epochs, patience
      """
    let read = try findings(text + ", optimizer, scheduler]}\n")
    let unread = try findings(text + "]}\n")
    for (rule, key) in [("update_size", "optimizer"), ("rate_schedule", "scheduler")] {
      let finding = try #require(unread[rule])
      #expect(read[rule]?.verdict == .established && finding.verdict == .likely, "\(rule)")
      #expect(finding.unknown?.contains("only if the code does what \(key) says") == true)
    }
    #expect(unread["early_stop"]?.verdict == .established)
  }

  @Test func aRateThatNothingReadsIsNotTheRate() throws {
    let rates = "net: {lr: 0.3, learning_rate: 0.1}\n"
    let told = try findings(rates + "about_code: {section: net, read_keys: [learning_rate]}\n")
    #expect(told["rate_schedule"]?["base_rate"] == 0.1)
    #expect(told["rate_schedule"]?.unknown?.contains("which is the rate") == false)
  }

  @Test func aThresholdThatNothingReadsIsNone() throws {
    let text = """
      lr: 0.1
      clip_norm: 2.0
      stated: [{key: grad_norm, value: 9.0, step: 1, source: x}]

      """
    #expect(try findings(text)["norm_before_clip"] != nil)
    #expect(try findings(text + "about_code: {read_keys: [lr]}\n")["norm_before_clip"] == nil)
  }

  @Test func keysInSectionsAreReadAsTheListHasThem() throws {
    let text = """
      net:
        optimizer: {lr: 0.1}
        size: 3
      about_code: {section: net, read_keys: [optimizer]}
      changes: [{name: a, set: {net.optimizer.lr: 0.2}}, {name: b, set: {size: 4}}]

      """
    let found = try findings(text)
    #expect(found["dead_key"]?.subjects == ["size"])
    #expect(found.filter { $0.rule == "inert_change" }.map(\.subjects) == [["b"]])
  }

  // MARK: values that cannot be

  @Test func allThatCannotBeIsOneFindingWithItsLines() throws {
    let text = """
      net:
        lr: -1
        batch_size: 0
        momentum: 1.5
        clip_norm: -1
        warmup_epochs: 20
        epochs: 10
        optimizer: SGD
      """
    let found = try findings(text)
    let faults = found.filter { $0.rule == "impossible_setting" }
    #expect(faults.count == 1 && faults[0]["faults"] == 5)
    #expect(Set(faults[0].evidence.map(\.position)) == [2, 3, 4, 5, 6, 7])
    #expect(found["rate_schedule"] == nil && found["update_size"] == nil)
    let lack = try skipped(.rateSchedule, text)
    #expect(lack?.contains("net.lr is -1") == true, "\(lack ?? "")")
  }

  @Test(arguments: [
    "lr: -0.1\nepochs: 10\n", "lr: .inf\n",
    "lr: 0.1\nwarmup_epochs: -2\n", "lr: 0.1\nmin_lr: -1.0\nscheduler: cosine\nepochs: 3\n",
  ])
  func noScheduleIsComputedOfThem(text: String) throws {
    #expect(try findings(text)["rate_schedule"] == nil)
    #expect(try findings(text + "patience: 5\n")["early_stop"] == nil)
    #expect(RateSchedule.all(in: try ConfiguredText.run(text)).isEmpty)
  }

  /// Of a training that is cut short the beginning of the warm-up is what it was.
  @Test func aWarmupLongerThanTheTrainingIsComputedAsFarAsItGoes() throws {
    let found = try findings("lr: 0.1\nwarmup_epochs: 20\nepochs: 2\n")
    let fault = try #require(found["impossible_setting"])
    #expect(fault.severity == .warning && fault.evidence.map(\.position) == [2, 3])
    let schedule = try #require(found["rate_schedule"])
    #expect(isNear(schedule["rate_epoch_1"], 0.1 / 20) && schedule["rate_epoch_3"] == nil)
    #expect(schedule.text.contains("would end with epoch 19"), "\(schedule.text)")
  }

  @Test(arguments: [
    "{\"learning_rate\": 0.1, \"max_steps\": -1, \"num_train_epochs\": 3, \"warmup_steps\": 500}",
    "lr: 0.1\nbatch_size: -1\nclip_norm: 0\ndropout: 0\nwarmup_epochs: 0\n",
  ])
  func whatToolsTakeForNoLimitCanBe(text: String) throws {
    #expect(try findings(text)["impossible_setting"] == nil)
  }

  /// The rate before the first step of a warm-up is 0, and a log says so.
  @Test func aLoggedRateOfZeroCanBe() throws {
    var run = try ConfiguredText.run("lr: 0\n")
    #expect(ConfiguredText.findings(run)["impossible_setting"] != nil)
    run.settings[0].origin = .record
    #expect(ConfiguredText.findings(run)["impossible_setting"] == nil)
  }

  @Test func momentumAddsSteps() throws {
    let text = "lr: 0.1\noptimizer: SGD\nclip_norm: 1.0\n"
    #expect(isNear(try findings(text)["update_size"]?["update_norm"], 0.1))
    let pushed = try findings(text + "momentum: 0.9\n")["update_size"]
    #expect(isNear(pushed?["update_norm"], 1))
    // That of a normalization is no optimizer's.
    let other = try findings(text + "norm: {momentum: 0.9}\n")["update_size"]
    #expect(isNear(other?["update_norm"], 0.1))
  }

  /// Without clipping one norm bounds no other step.
  @Test func anUpdateOfPlainDescentIsKnownForRecordedNorms() throws {
    let text = """
      lr: 0.1
      optimizer: SGD
      stated: [{key: grad_norm, value: 9.0, step: 1, source: x}]

      """
    let open = try #require(try findings(text)["update_size"])
    #expect(open.verdict == .likely && isNear(open["update_norm"], 0.9))
    #expect(open.text.contains("the largest of 1 recorded norm"), "\(open.text)")
    let clipped = try #require(try findings(text + "clip_norm: 20.0\n")["update_size"])
    #expect(clipped.verdict == .established && isNear(clipped["update_norm"], 2))
  }

  // MARK: two rates

  @Test(arguments: [
    ("train: {lr: 1.0e-3}\noptimizer: {lr: 3.0e-4, name: AdamW}\n", ["train.lr", "optimizer.lr"]),
    ("lr: 1.0e-3\noptimizer: {init_args: {lr: 3.0e-4}}\n", ["lr", "optimizer.init_args.lr"]),
    ("net: {train: {lr: 0.1}, optim: {lr: 0.2}}\n", ["net.train.lr", "net.optim.lr"]),
  ])
  func twoSectionsOfOneTrainingHaveOneRate(text: String, names: [String]) throws {
    let found = try findings(text + "epochs: 5\n")
    let conflict = try #require(found["conflicting_setting"])
    #expect(conflict.subjects == names && conflict.verdict == .cannotTell)
    let schedules = found.filter { $0.rule == "rate_schedule" }
    #expect(schedules.count == 1 && schedules[0].verdict == .likely)
    let unknown = schedules[0].unknown ?? ""
    #expect(names.allSatisfy(unknown.contains) && unknown.contains("which is the rate"))
  }

  /// A logged rate is no mismatch with one of two rates, or with a schedule that nothing reads.
  @Test(arguments: [
    "optimizer: {lr: 0.1}\n", "about_code: {section: train, read_keys: [lr, epochs]}\n",
  ])
  func whatIsInDoubtIsNotComparedWithTheLog(text: String) throws {
    let own = "train: {lr: 0.2, scheduler: cosine, epochs: 9}\n"
    for (text, isCompared) in [(own, true), (own + text, false)] {
      var run = try ConfiguredText.run(text)
      var series = Series(SeriesKey(name: "lr", source: 0), role: .learningRate)
      for epoch in 1...9 {
        let progress = Progress(epoch: Double(epoch))
        series.add(Point(0.1, progress, Place(source: 0, position: epoch)))
      }
      run.series = [series]
      #expect(Rule.rateMismatch.judge(run).findings.isEmpty != isCompared, "\(text)")
    }
  }

  @Test func oneRateInTwoSectionsIsNoConflict() throws {
    let found = try findings("train: {lr: 0.1}\noptimizer: {lr: 0.1}\nscheduler: {name: none}\n")
    #expect(found["conflicting_setting"] == nil)
    #expect(found.filter { $0.rule == "rate_schedule" }.map(\.verdict) == [.established])
  }

  @Test(arguments: [
    "small: {lr: 0.1, depth: 2}\nlarge: {lr: 0.2, depth: 4}\n",
    "generator: {optimizer: {lr: 0.1}}\ncritic: {optimizer: {lr: 0.2}}\n",
    "optimizer:\n  params: [{lr: 0.1}, {lr: 0.2}]\n",
    "pretraining: {lr: 0.1}\ntrain: {lr: 0.2}\n",
  ])
  func otherSystemsStayApart(text: String) throws {
    let found = try findings(text)
    #expect(found["conflicting_setting"] == nil)
    #expect(found.filter { $0.rule == "rate_schedule" }.count == 2)
  }

  @Test func theRateOfAWarmupIsNoTraining() throws {
    let found = try findings("lr: 0.1\nwarmup: {lr: 1.0e-3, epochs: 2}\nepochs: 9\n")
    #expect(found.filter { $0.rule == "rate_schedule" }.map { $0["base_rate"] } == [0.1])
    #expect(found["conflicting_setting"] == nil)
  }

  // MARK: what nobody tells

  @Test func aScheduleThatNobodyNamesIsLikelyConstant() throws {
    let open = try #require(try findings("lr: 0.1\nepochs: 9\n")["rate_schedule"])
    #expect(open.verdict == .likely && open["rate_epoch_9"] == 0.1)
    #expect(open.unknown?.contains("the configuration names none") == true)
    let told = try findings("lr: 0.1\nepochs: 9\nscheduler: constant\n")["rate_schedule"]
    #expect(told?.verdict == .established && told?.unknown == nil)
  }

  @Test func proposedSettingsAreNotThoseOfTheRun() throws {
    let text = """
      epochs: 9
      changes:
        - {name: a, set: {lr: 0.1, optimizer: SGD, clip_norm: 1.0, batch_size: 0}}
      stated: [{key: grad_norm, value: 9.0, step: 1, source: x}]

      """
    let found = try findings(text)
    for rule in ["rate_schedule", "update_size", "norm_before_clip", "impossible_setting"] {
      #expect(found[rule] == nil, "\(rule)")
    }
    #expect(RateSchedule.all(in: try ConfiguredText.run(text)).isEmpty)
    #expect(try findings(text + "lr: 0.3\n")["rate_schedule"]?["base_rate"] == 0.3)
    #expect(try findings(text + "lr: 0.3\n")["conflicting_setting"] == nil)
  }

  @Test func anUnknownThresholdClipsNoKnownShare() throws {
    func predicted(_ clip: String, changed: String = "lr: 0.2") throws -> Finding {
      let text = """
        lr: 0.1
        optimizer: SGD
        \(clip)
        changes: [{name: a, set: {\(changed)}}]
        stated: [{key: grad_norm, value: 9.0, step: 1, source: x}]

        """
      return try #require(try findings(text)["predicted_change"])
    }
    for clip in ["", "clip_norm: by_hand", "clip_norm: true", "clip_norm: -2"] {
      let open = try predicted(clip)
      #expect(open["clipped_share_low"] == nil && open["clipped_share_high"] == nil, "\(clip)")
      #expect(open.text.contains("clipped steps not recorded"), "\(open.text)")
    }
    for clip in ["clip_norm: 0", "clip_norm: null", "clip_norm: 10.0"] {
      #expect(try predicted(clip)["clipped_share_high"] == 0, "\(clip)")
    }
    #expect(try predicted("clip_norm: 2.0")["clipped_share_low"] == 1)
    // What another threshold does depends on the one before.
    let other = try predicted("", changed: "clip_norm: 2.0")
    #expect(other.verdict == .cannotTell && other["clipped_share_low"] == 1)
    #expect(other["update_factor_low"] == nil)
  }

  @Test func oneNormIsNotAllSteps() throws {
    let text = """
      lr: 0.1
      optimizer: SGD
      clip_norm: 2.0
      changes: [{name: a, set: {clip_norm: 4.0}}, {name: b, set: {lr: 0.2}}]

      """
    var run = try ConfiguredText.run(text)
    var series = Series(SeriesKey(name: "grad_norm", source: 0), role: .gradientNorm)
    func predicted(_ name: String) throws -> Finding {
      run.series = [series]
      return try #require(ConfiguredText.findings(run)["predicted_change", name])
    }
    func add(_ norm: Double, _ step: Int) {
      series.add(Point(norm, Progress(step: step), Place(source: 0, position: step)))
    }
    add(9, 1)
    for name in ["a", "b"] {
      let few = try predicted(name)
      #expect(few.verdict == .likely && few["records"] == 1)
      #expect(few.text.contains("clipped 1 of 1 recorded norm,"), "\(few.text)")
      #expect(few.unknown?.contains("1 recorded") == true && !few.text.contains("all steps"))
    }
    for step in 2...100 { add(step > 50 ? 9 : 1, step) }
    let many = try predicted("b")
    #expect(many.verdict == .established && many["clipped_share_low"] == 0.51)
    // Of a long series only extremes are kept: the share has two bounds.
    for step in 101...2000 { add(step % 2 == 0 ? 9 : 1, step) }
    for _ in 0..<3 { series.thin() }
    let long = try predicted("b")
    #expect(long["records"] == 2000)
    let low = try #require(long["clipped_share_low"])
    let high = try #require(long["clipped_share_high"])
    #expect(low < 0.5 && high > 0.5 && low > 0)
  }
}
