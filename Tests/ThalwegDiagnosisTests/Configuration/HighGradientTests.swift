import Testing
import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

/// The figures of the high-gradient case, from the files under Configs/prioritynet and from edited
/// copies of them; each is computed here once more by its formula.
@Suite struct HighGradientTests {
  private func findings(
    _ names: [String] = ConfiguredText.diagnosed,
    edit: (name: String, from: String, to: String)? = nil
  ) throws -> [Finding] {
    ConfiguredText.findings(try ConfiguredText.priorityNet(names, edit: edit))
  }

  @Test(arguments: [(2.0, 0.0692), (4.0, 0.1384)])
  func theCoefficient(clip: Double, expected: Double) throws {
    let edit = ("diagnosed", "gradient_clip_norm: 2.0", "gradient_clip_norm: \(clip)")
    let finding = try #require(try findings(edit: edit)["norm_before_clip"])
    #expect(abs((finding["coefficient"] ?? 0) - expected) < 5e-5)
    #expect(isNear(finding["coefficient"], clip / (28.9 + 1e-6)))
    #expect(finding["norm_before_clip"] == 28.9 && finding["clipped_share"] == 1)
    #expect((finding["norm_after_clip"] ?? 9) <= clip)
    #expect(finding.verdict == .established)
  }

  @Test func aNormBelowTheThresholdSaysNothingOfClipping() throws {
    let found = try findings(edit: ("stated", "value: 28.9", "value: 1.5"))
    #expect(found["norm_before_clip"] == nil)
  }

  @Test(arguments: [(6, 2.77e-5), (3, 5.39e-5)])
  func theRateInEpochThree(warmup: Int, expected: Double) throws {
    let edit = ("diagnosed", "warmup_epochs: 6", "warmup_epochs: \(warmup)")
    let finding = try #require(try findings(edit: edit)["rate_schedule"])
    let rate = try #require(finding["rate_at_recorded_norm"])
    #expect(abs(rate - expected) < 5e-8)
    #expect(isNear(rate, 8e-5 * (0.02 + 0.98 * 2 / Double(warmup))))
    #expect(finding["warmup_at_recorded_norm"] == 1)
    #expect(finding["last_warmup_epoch"] == Double(warmup))
    #expect(finding.text.contains("the warm-up is active"))
    let over = try #require(
      try findings(edit: ("diagnosed", "warmup_epochs: 6", "warmup_epochs: 2"))["rate_schedule"])
    #expect(over["warmup_at_recorded_norm"] == 0 && isNear(over["rate_at_recorded_norm"], 8e-5))
  }

  @Test func theCapsOfTheVarianceFloor() throws {
    let found = try findings()
    #expect(found["penalty_cap", "variance_floor"]?["value_bound"] == 5)
    let repaired = try findings(["after", "terms", "reads"])
    #expect(repaired["penalty_cap", "variance_floor"]?["value_bound"] == 1)
    #expect(found["penalty_cap", "calibration_range"]?["value_bound"] == 2)
    #expect(found["penalty_cap", "calibration_max"]?["value_bound"] == 2.5)
    #expect(
      isNear(found["penalty_cap", "ranking"]?["gradient_bound"], 0.7 * 1.5 * 2.0.squareRoot()))
    #expect(found["penalty_cap", "variance_floor"]?["gradient_bound"] == .infinity)
    #expect(found["loss_bounds"]?["parts"] == 6 && found["loss_bounds"]?["least_total"] == 0)
  }

  @Test func theGradientOverTheTargetRange() throws {
    let diagnosed = try #require(try findings()["ratio_penalty"])
    #expect(isNear(diagnosed["gradient_times_target_range"], 12 * 2.0.squareRoot()))
    #expect(diagnosed.text.contains("16.97 / target range"))
    let repaired = try findings(["after", "terms", "reads"])["ratio_penalty"]
    #expect(isNear(repaired?["gradient_times_target_range"], 2.4 * 2.0.squareRoot()))
    // Absolute gaps divide by nothing.
    let absolute = try findings(
      ["after", "terms", "reads"], edit: ("terms", "form: ratio\n    of: range", "form: mean_gap"))
    #expect(absolute["ratio_penalty"]?.subjects == ["variance_floor"])
  }

  @Test func pairsAndTheirWeight() throws {
    let finding = try #require(try findings()["ranking_pairs"])
    #expect(finding["pairs"] == 15 && finding["loss_factor"] == 1)
    #expect(finding.text.contains("only if 6 items share one scenario"))
    #expect(try findings(["after", "terms", "reads"])["ranking_pairs"]?["pairs"] == 276)
    let sum = try findings(edit: ("terms", "reduction: mean\n    note", "reduction: sum\n    note"))
    #expect(sum["ranking_pairs"]?["loss_factor"] == 15)
    #expect(
      isNear(sum["ranking_pairs"]?["gradient_bound"], 0.7 * 1.5 * (6.0 * 35 / 3).squareRoot()))
  }

  @Test func normalizationByEncoder() throws {
    let found = try findings()
    #expect(found["normalization_ruled_out"]?.verdict == .ruledOut)
    #expect(found["normalization_values"] == nil)
    let lengths = try ConfiguredText.golden("lengths").compactMap(\.double)
    let other = try findings(edit: ("stated", "value: true", "value: false"))
    let values = try #require(other["normalization_values"])
    #expect((0..<4).map { values["values_\($0)"] } == lengths)
    #expect(lengths == [513, 129, 65, 33])
    #expect(values.text.contains("n x 513, 129, 65 and 33"))
    #expect(other["normalization_ruled_out"] == nil)
    // Without the key nobody knows which encoder runs.
    let open = ["diagnosed", "terms", "reads", "network"]
    #expect(try findings(open)["normalization_ruled_out"] == nil)
  }

  @Test(arguments: [(7, 71), (3, 43)])
  func theEarliestStop(patience: Int, epochs: Int) throws {
    let edit = ("diagnosed", "scheduler_patience: 7", "scheduler_patience: \(patience)")
    let finding = try #require(try findings(edit: edit)["early_stop"])
    #expect(finding["epochs_without_improvement"] == Double(epochs))
    #expect(finding["drops"] == 7 && finding.severity == .warning)
    // Without the word that drops reset the counter both figures are told, and none is certain.
    let open = try #require(try findings(["diagnosed"])["early_stop"])
    #expect(open["epochs_without_improvement"] == 15 && open["epochs_if_drops_reset"] == 71)
    #expect(open.verdict == .likely && open.severity == .info)
  }

  @Test func keysTextsAndConflicts() throws {
    let found = try findings()
    let dead = try #require(found["dead_key", "loss_scale_factor"])
    #expect(
      dead.subjects == ["optimizer", "scheduler", "loss_scale_factor", "gradient_log_threshold"])
    #expect(found["dead_key", "use_snr_weighting"]?.severity == .info)
    #expect(
      try findings(["after", "reads"])["dead_key", "importance_hidden_dim"] != nil)
    let text = try #require(found["string_number"])
    #expect(text.subjects == ["priority_net.scheduler_threshold"])
    #expect(text["number"] == 0.005 && text.remedy == "write 5.0e-3")
    let conflict = try #require(found["conflicting_setting"])
    #expect(conflict.subjects == ["priority_net.uncertainty_weight"])
    #expect(conflict["value_1"] == 0.35 && conflict["value_2"] == 0.1)
    #expect(conflict.text.contains("fix 7") && conflict.text.contains("issue A"))
    #expect(found.filter { $0.rule == "conflicting_setting" }.count == 1)
    let agreed = try findings(edit: ("stated", "value: 0.35", "value: 0.1"))
    #expect(agreed["conflicting_setting"] == nil)
  }

  @Test func fixesThatChangeNothing() throws {
    let found = try findings()
    let cosmetic = found.filter { $0.rule == "cosmetic_change" }
    #expect(cosmetic.map(\.subjects) == [["fix 4"]])
    let four = try #require(cosmetic.first)
    #expect(isNear(four["norm_high"], 28.9 / 6) && four["passes_goal"] == 1)
    #expect(four["update_factor_high"] == 1)
    #expect(four.text.contains("4.817"))
    let inert = found.filter { $0.rule == "inert_change" }
    #expect(inert.map(\.subjects) == [["fix 2"]])
    #expect(inert.first?["norm_high"] == 28.9 && inert.first?["clipped_share_low"] == 1)
    #expect(inert.first?.verdict == .likely)
  }

  @Test func underPlainDescentTheyWouldChangeSomething() throws {
    let found = try findings(edit: ("diagnosed", "optimizer: AdamW", "optimizer: SGD"))
    #expect(found["inert_change"] == nil)
    let two = try #require(found["predicted_change", "fix 2"])
    #expect(isNear(two["update_factor_high"], 2.5) && isNear(two["update_factor_low"], 2.5))
    // What is clipped either way is the same step.
    #expect(found["cosmetic_change", "fix 4"] != nil)
    var unclipped = try ConfiguredText.priorityNet(
      edit: ("diagnosed", "optimizer: AdamW", "optimizer: SGD"))
    unclipped.settings.removeAll { $0.key == "gradient_clip_norm" }
    #expect(ConfiguredText.findings(unclipped)["cosmetic_change"] == nil)
    let size = try #require(found["update_size"])
    #expect(isNear(size["update_norm"], 1.6e-4))
  }

  @Test func whatTheOtherFixesDo() throws {
    let found = try findings()
    let three = try #require(found["predicted_change", "fix 3"])
    #expect(isNear(three["norm_low"], 28.9 / 5) && three["norm_high"] == 28.9)
    let five = try #require(found["predicted_change", "fix 5"])
    #expect(isNear(five["norm_factor_low"], 0.375) && five["norm_factor_high"] == 1)
    let one = try #require(found["predicted_change", "fix 1"])
    #expect(isNear(one["norm_low"], 28.9 / 2) && one["norm_high"] == 28.9)
    // Which weight it had is in conflict: both are reckoned with.
    let seven = try #require(found["predicted_change", "fix 7"])
    #expect(isNear(seven["norm_factor_low"], 0.1 / 0.35) && seven["norm_factor_high"] == 1)
    let last = try #require(found["predicted_change", "the last resort"])
    #expect(isNear(last["update_factor_low"], 0.5) && last["norm_factor_low"] == 1)
    let size = try #require(found["update_size"])
    #expect(isNear(size["update_norm"], 8e-5 * 6_560_217.0.squareRoot()))
    #expect(isNear(size["rate_times_norm"], 8e-5 * 28.9))
  }

  @Test func severalChangesAtOnce() throws {
    let finding = try #require(try findings()["not_attributable"])
    // Nine edits in eight changes; all but fixes 2 and 4 can matter.
    #expect(finding["changes"] == 9 && finding["changes_to_run"] == 6)
    #expect(finding["runs"] == 21 && finding["seeds"] == 3)
    let single = try ConfiguredText.priorityNet(["diagnosed", "stated", "terms", "reads"])
    let one = ConfigurationAnalysis(
      settings: try ConfiguredText.run("changes:\n  - set: {batch_size: 24}\n").settings,
      run: single)
    #expect(one.findings["not_attributable"] == nil)
    #expect(one.findings["predicted_change"] != nil)
  }

  @Test func lossesThatCannotBeCompared() throws {
    let finding = try #require(try findings()["incomparable_losses"])
    #expect(finding.severity == .error && finding["terms_left_out"] == 6)
    let same = """
      terms:
        - {name: a, form: squared_error, weight: 1.0}
      about_code: {loss: {validation_terms: [a], validation_is_weighted: false}}
      learning_rate: 0.1
      """
    #expect(ConfiguredText.findings(try ConfiguredText.run(same))["incomparable_losses"] == nil)
    let weighted = same.replacing("weight: 1.0", with: "weight: 0.5")
    #expect(ConfiguredText.findings(try ConfiguredText.run(weighted))["incomparable_losses"] != nil)
  }

  @Test func accumulation() throws {
    let finding = try #require(try findings()["accumulation_equivalence"])
    #expect(finding["is_equal"] == 1 && finding["pairs_in_one"] == 276)
    #expect(finding["pairs_accumulated"] == 60)
    let coupled = try findings(edit: ("terms", "unit: scenario", "unit: batch"))
    #expect(coupled["accumulation_equivalence"]?["is_equal"] == 0)
    #expect(coupled["accumulation_equivalence"]?.severity == .warning)
  }

  @Test func everyStatementHasItsPlace() throws {
    let run = try ConfiguredText.priorityNet()
    for finding in ConfiguredText.findings(run) where finding.rule != "not_attributable" {
      #expect(!finding.evidence.isEmpty, "\(finding.rule)")
      #expect(finding.text.allSatisfy { !$0.isNewline })
      for place in finding.evidence { #expect(place.position != nil, "\(finding.rule)") }
    }
    let clip = try #require(ConfiguredText.findings(run)["norm_before_clip"])
    #expect(run.name(of: clip.evidence[0]) == "stated.yaml:5")
    #expect(run.name(of: clip.evidence[1]) == "diagnosed.yaml:26")
  }
}
