import Testing
import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

/// Sick trainings as the recorder for PyTorch wrote them lead to findings that name the fault, and
/// their healthy twins to none.
@Suite struct RecordedFaultTests {
  private func diagnose(_ name: String) throws -> Diagnosis {
    let path =
      ConfiguredText.package + "Tests/ThalwegDiagnosisTests/Fixtures/recorded/\(name).jsonl"
    return Diagnosis(try #require(try RunFiles.read([path]).first))
  }

  @Test(arguments: [
    (
      "number", "term_gradient", Severity.error,
      "value gives no gradient to any tensor in 10 of 10 records: it is detached or a number"
    ),
    ("detached", "term_gradient", .error, "value gives no gradient to any tensor"),
    ("dominated", "term_gradient", .warning, "value is 100 % of the gradient"),
    ("dominated", "term_dominance", .info, "100 % of the loss's value"),
    ("starved", "zero_gradient", .error, "2 of 2 logged tensors of branch"),
    ("dead", "zero_gradient", .critical, "4 of 4 logged tensors"),
    (
      "lacking", "not_optimized", .error,
      "2 of 2 logged tensors of classes are not in the optimizer, and have gradient"
    ),
    (
      "clip_before_unscale", "clip_before_unscale", .error,
      "up to 65536: the threshold 1 holds their true norm to 1.53e-05; so in 10 of 10 steps"
    ),
    ("batch_of_two", "small_batch_normalization", .error, "over 2 values a channel in training"),
    ("exploding", "non_finite", .critical, "it began in the term value"),
    ("skipping", "loss_scale", .warning, "mixed precision skipped 12 of 24 steps"),
  ])
  func faultsAreFound(name: String, rule: String, severity: Severity, text: String) throws {
    let findings = try diagnose(name).findings.filter { $0.rule == rule }
    let finding = try #require(findings.first, "\(name): \(rule)")
    #expect(finding.severity == severity)
    #expect(finding.text.contains(text), "\(finding.text)")
  }

  @Test(arguments: ["healthy", "healthy_norm", "healthy_scale"])
  func healthyOnesRaiseNoAlarm(name: String) throws {
    let diagnosis = try diagnose(name)
    let alarms = diagnosis.findings.filter { $0.severity > .info }
    #expect(alarms.isEmpty, "\(alarms.map(\.text))")
    #expect(diagnosis.skipped.allSatisfy { $0.rule != "term_gradient" })
    if name == "healthy_scale" {
      #expect(Set(diagnosis.quiet).isSuperset(of: ["loss_scale", "clip_before_unscale"]))
    }
    #expect(diagnosis.findings.allSatisfy { !$0.text.contains("is not finite in") })
  }

  /// The optimizer does not clear what it does not hold: one fault is told once.
  @Test func gradientsOfTensorsOutsideAreNotLeftOver() throws {
    let rules = try diagnose("lacking").findings.map(\.rule)
    #expect(!rules.contains("gradient_left_over"))
  }

  @Test func aTermBesideOneWithoutGradientIsNotToldApart() throws {
    let findings = try diagnose("number").findings.filter { $0.rule == "term_gradient" }
    #expect(findings.map(\.subjects) == [["value"]])
  }

  /// One wrong order is told once, not as a clip that acts too often.
  @Test func whatFollowsFromTheOrderIsNotTold() throws {
    let rules = try diagnose("clip_before_unscale").findings.map(\.rule)
    #expect(!rules.contains("clip_saturated"))
  }
}
