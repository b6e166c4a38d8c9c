import Testing
import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

/// The analysis on configurations of any project.
@Suite struct ConfigurationRuleTests {
  private func findings(_ text: String) throws -> [Finding] {
    ConfiguredText.findings(try ConfiguredText.run(text))
  }

  @Test func namesAreUniqueAndInSnakeCase() {
    let names = Rule.configuration.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.allSatisfy { ("a"..."z").contains($0) || $0 == "_" } })
  }

  @Test func nothingIsSaidOfNothing() {
    let analysis = ConfigurationAnalysis(settings: [])
    #expect(analysis.findings.isEmpty)
    #expect(analysis.diagnosis.skipped.count >= 15)
    #expect(analysis.diagnosis.skipped.allSatisfy { !$0.missing.isEmpty })
  }

  /// Only what is told, no warning: three configurations as healthy projects have them.
  @Test(arguments: [
    """
    {"learning_rate": 5e-05, "lr_scheduler_type": "linear", "warmup_ratio": 0.1, "max_steps": 100,
     "max_grad_norm": 1.0, "per_device_train_batch_size": 8, "gradient_accumulation_steps": 4,
     "num_train_epochs": 3.0, "optim": "adamw_torch", "seed": 42}
    """,
    """
    seed_everything: 1
    trainer: {max_epochs: 50, gradient_clip_val: 0.5, accumulate_grad_batches: 2}
    optimizer: {class_path: torch.optim.AdamW, init_args: {lr: 0.001, betas: [0.9, 0.999]}}
    lr_scheduler: {class_path: torch.optim.lr_scheduler.CosineAnnealingLR, init_args: {T_max: 50}}
    """,
    "lr: 0.01\noptimizer: sgd\nscheduler: step\nstep_size: 30\ngamma: 0.1\nepochs: 90\n",
  ])
  func healthyConfigurationsGiveNoWarning(text: String) throws {
    let found = try findings(text)
    #expect(found["rate_schedule"] != nil)
    #expect(found.allSatisfy { $0.severity == .info }, "\(found.filter { $0.severity > .info })")
  }

  @Test func keysAreKnownByManyNames() throws {
    let lightning = try ConfiguredText.run(
      """
      trainer: {max_epochs: 50, gradient_clip_val: 0.5}
      optimizer: {class_path: torch.optim.SGD, init_args: {lr: 0.2}}
      lr_scheduler: {class_path: torch.optim.lr_scheduler.StepLR, init_args: {step_size: 10}}
      callbacks:
        - class_path: EarlyStopping
          init_args: {patience: 4}
      """)
    let training = try #require(TrainingSettings.all(in: lightning.settings).first)
    #expect(training.number(.learningRate) == 0.2 && training.number(.clip) == 0.5)
    #expect(training.number(.epochs) == 50 && training.number(.stopPatience) == 4)
    #expect(training.number(.stepSize) == 10)
    #expect(training.text(.optimizer) == "torch.optim.SGD")
    let spelled = try ConfiguredText.run(
      "maxGradNorm: 1\nbatch-size: 4\nscheduler: {name: plateau, patience: 3}\nlr: 1\npatience: 9\n"
    )
    let other = try #require(TrainingSettings.all(in: spelled.settings).first)
    #expect(other.number(.clip) == 1 && other.number(.batchSize) == 4)
    #expect(other.number(.schedulePatience) == 3 && other.number(.stopPatience) == 9)
    #expect(other.text(.schedule) == "plateau")
  }

  @Test func sectionsStayApart() throws {
    let run = try ConfiguredText.run(
      """
      seed: 1
      generator: {learning_rate: 0.1, clip_norm: 5, loss: {weight: 3}}
      discriminator: {learning_rate: 0.2, batch_size: 4}
      epochs: 7
      """)
    let trainings = TrainingSettings.all(in: run.settings)
    #expect(trainings.map(\.name) == ["generator", "discriminator"])
    #expect(trainings.map { $0.number(.clip) } == [5, nil])
    #expect(trainings.map { $0.number(.batchSize) } == [nil, 4])
    #expect(trainings.map { $0.number(.epochs) } == [7, 7])
    let found = ConfiguredText.findings(run)
    #expect(
      found.filter { $0.rule == "rate_schedule" }.map(\.subjects) == [
        ["generator"], ["discriminator"],
      ])
    #expect(found["conflicting_setting"] == nil)
  }

  @Test func conflictsWithinOneFileAndBetweenFiles() throws {
    let twice = try findings("lr: 0.1\nmodel:\n  size: 3\n  size: 4\n  depth: 2\n  depth: 2.0\n")
    let own = try #require(twice["conflicting_setting"])
    #expect(own.subjects == ["model.size"] && own.verdict == .established)
    #expect(own.evidence.map(\.position) == [3, 4])
    #expect(twice.filter { $0.rule == "conflicting_setting" }.count == 1)
    let rates = try #require(try findings("lr: 0.1\nlearning_rate: 0.2\n")["conflicting_setting"])
    #expect(rates.subjects == ["lr", "learning_rate"] && rates.verdict == .cannotTell)
    let stated = try ConfiguredText.run([
      ("a.yaml", "net:\n  batch_size: 48\n  lr: 5e-3\n"),
      (
        "b.yaml",
        "stated:\n  - {key: batch_size, value: 6, source: a letter}\n"
          + "  - {key: lr, value: 0.005, source: a letter}\n"
      ),
    ])
    let said = ConfiguredText.findings(stated).filter { $0.rule == "conflicting_setting" }
    #expect(said.map(\.subjects) == [["net.batch_size"]])
    #expect(said.first?.text.contains("stated: a letter") == true)
    #expect(said.first?.verdict == .cannotTell)
    // What was said of the run is reckoned with.
    #expect(TrainingSettings.all(in: stated.settings).first?.number(.batchSize) == 6)
  }

  @Test func textsThatLookLikeNumbers() throws {
    let found = try findings(
      """
      lr: 1e-4
      weight_decay: 1.0e-4
      betas: [9e-1, 0.999]
      min_lr: "1e-6"
      name: "5e-3"
      version: 1.2.3
      model: 4e
      date: 2025-11-10
      big: 1.0e5
      neg: -.5
      """)
    let texts = found.filter { $0.rule == "string_number" }
    #expect(texts.map { $0.subjects[0] } == ["lr", "betas", "min_lr", "big", "neg"])
    #expect(texts.map { $0.evidence[0].position } == [1, 3, 4, 9, 10])
    #expect(
      texts.map(\.remedy) == [
        "write 1.0e-4", "write 9.0e-1", "remove the quotes", "write 1.0e+5", "write -0.5",
      ])
    let json = try findings("{\"lr\": 1e-4, \"min_lr\": 1e-6, \"name\": \"7\"}")
    #expect(json["string_number"] == nil)
  }

  @Test func everyYAMLRemedyIsANumberThen() throws {
    for text in ["1e-4", "9e-1", "1.0e5", "-.5", "+.5e3", "5e3", "2.e-1"] {
      let found = try findings("lr: \(text)\n")
      guard let remedy = found["string_number"]?.remedy else { continue }
      let spelled = String(remedy.dropFirst("write ".count))
      let run = try ConfiguredText.run("lr: \(spelled)\n")
      #expect(isNear(run.settings.first?.number, Double(text)), "\(text): \(spelled)")
    }
  }

  @Test func factsThatAreNotUnderstoodAreSaid() throws {
    let found = try findings(
      """
      lr: 0.1
      terms:
        - {name: a, form: cubic, weight: 1.0}
        - {name: b, form: ratio, of: median, weight: 1.0}
        - {name: c, form: hinge, weight: 1.0, colour: red}
      about_code:
        reads: [lr]
        networks:
          - name: n
            layers: [{kind: pooling}]
      """)
    let problems = found.filter { $0.rule == "code_facts" }
    #expect(problems.map { $0.evidence[0].position } == [7, 10, 3, 4, 5])
    for part in ["'reads'", "a layer's kind", "the form of 'a'", "'of' is one of", "'colour'"] {
      #expect(problems.contains { $0.text.contains(part) }, "\(part)")
    }
    // A section that only has the name is a configuration's own.
    let foreign = try findings("lr: 0.1\nterms: [a, b]\nchanges:\n  - {date: 3}\n")
    #expect(foreign["code_facts"] == nil && foreign["predicted_change"] == nil)
  }

  @Test func batchNormalizationOfTheBatch() throws {
    func text(_ batch: Int) -> String {
      """
      learning_rate: 0.1
      batch_size: \(batch)
      about_code:
        networks:
          - name: a perceptron
            layers: [{kind: batch_normalization, name: norm}]
      """
    }
    let few = try #require(try findings(text(2))["normalization_values"])
    #expect(few.severity == .warning && few["fewest_values_per_channel"] == 2)
    let many = try #require(try findings(text(64))["normalization_values"])
    #expect(many.severity == .info && many["fewest_values_per_channel"] == 64)
  }

  @Test func allWeightsByOneFactorIsCosmetic() throws {
    let base = """
      learning_rate: 0.1
      optimizer: Adam
      a_weight: 2.0
      b_weight: 4.0
      terms:
        - {name: a, form: mean_gap, weight: a_weight}
        - {name: b, form: mean_gap, weight: b_weight}
      changes:
        - {name: all, set: {a_weight: 1.0, b_weight: 2.0}}
        - {name: one, set: {a_weight: 1.0}}
        - {name: dead, set: {colour: 3}}
      stated:
        - {key: gradient_norm, value: 12.0, step: 4, source: x}
      """
    let found = try findings(base)
    #expect(found.filter { $0.rule == "cosmetic_change" }.map(\.subjects) == [["all"]])
    #expect(found["cosmetic_change"]?["norm_high"] == 6)
    #expect(found["predicted_change", "one"]?["norm_low"] == 6)
    #expect(found["predicted_change", "one"]?["norm_high"] == 12)
    #expect(found["predicted_change", "dead"]?.verdict == .cannotTell)
    let read = base + "\nabout_code: {read_keys: [learning_rate, a_weight, b_weight]}\n"
    #expect(try findings(read)["inert_change", "dead"] != nil)
  }

  @Test func numbersAsSentencesHaveThem() throws {
    let found = try findings(
      "lr: 0.000123456\nstated:\n  - {key: grad_norm, value: 1.0e+6, epoch: 1, source: x}\nmax_grad_norm: 0.05\n"
    )
    #expect(found["rate_schedule"]?.text.contains("1.235e-4") == true)
    #expect(isNear(found["norm_before_clip"]?["coefficient"], 0.05 / (1e6 + 1e-6)))
  }
}
