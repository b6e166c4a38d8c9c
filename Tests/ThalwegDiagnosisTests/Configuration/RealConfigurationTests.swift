import Testing
import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

/// The configurations that real projects left behind, read where they lie.
@Suite(
  .enabled(
    if: Files.exists(ConfiguredText.real("prioritynet_before.yaml")),
    "needs the real files, see the README of the data folder"))
struct RealConfigurationTests {
  private func run(_ names: String...) throws -> RunRecord {
    try ConfiguredText.run(names.map { ($0, try ConfiguredText.real(text: $0)) })
  }

  @Test func eachSectionIsATrainingOfItsOwn() throws {
    let found = ConfiguredText.findings(try run("prioritynet_before.yaml"))
    let schedules = found.filter { $0.rule == "rate_schedule" }
    #expect(
      schedules.map { $0.subjects[0] } == [
        "priority_net", "neural_posterior", "rl_controller", "bias_corrector",
      ])
    #expect(schedules.map { $0["base_rate"] } == [8e-5, 1e-5, 1e-3, 1e-4])
    #expect(isNear(schedules[0]["rate_epoch_3"], 8e-5 * (0.02 + 0.98 * 2 / 6)))
    #expect(isNear(schedules[1]["rate_epoch_3"], 1e-5 * (0.001 + 0.999 * 2 / 8)))
    #expect(found["conflicting_setting"] == nil)
    #expect(
      found.filter { $0.rule == "string_number" }.map(\.subjects) == [
        ["priority_net.scheduler_threshold"]
      ])
  }

  /// Our copy of the section has the values of the real file, key by key.
  @Test(arguments: ["before", "after"])
  func ourFilesHaveTheirValues(name: String) throws {
    let real = try run("prioritynet_\(name).yaml").settings
    let ours = try ConfiguredText.priorityNet([name]).settings
    #expect(ours.count > 35)
    for setting in ours where setting.key != "min_variance_weight" {
      let theirs = try #require(real.last { $0.path == setting.path }, "\(setting.name)")
      #expect(theirs.value == setting.value, "\(setting.name)")
    }
  }

  @Test func fromBeforeToAfter() throws {
    let (before, after) = (try run("prioritynet_before.yaml"), try run("prioritynet_after.yaml"))
    let analysis = ConfigurationAnalysis(settings: [], run: before, proposed: after.settings)
    let blurred = analysis.findings.filter { $0.rule == "not_attributable" }
    #expect(blurred.map(\.subjects) == [["priority_net"], ["neural_posterior"]])
    #expect(blurred.first?["changes"] == 13)
    let rate = try #require(analysis.findings["predicted_change", "priority_net.learning_rate"])
    #expect(isNear(rate["update_factor_low"], 0.375))
    let same = ConfigurationAnalysis(settings: [], run: before, proposed: before.settings)
    #expect(same.findings["predicted_change"] == nil)
    #expect(same.diagnosis.skipped.contains { $0.rule == "not_attributable" })
  }

  @Test func celestial() throws {
    let found = ConfiguredText.findings(try run("celestial_production.yaml"))
    #expect(isNear(found["rate_schedule"]?["rate_epoch_1"], 2e-4))
    #expect(found["string_number"]?.subjects == ["min_lr"])
    // Patience 999 in a training of one epoch.
    #expect(found["early_stop"]?.text.contains("never stops early") == true)
    #expect(found.allSatisfy { $0.severity <= .warning })
  }
}
