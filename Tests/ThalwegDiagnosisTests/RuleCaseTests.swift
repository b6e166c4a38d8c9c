import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// Each rule fires on its faulty records and is silent on the healthy ones, whatever the names, the
/// order of the record, its sizes and its noise.
@Suite struct RuleCaseTests {
  private static let seeds = 1...20

  /// What is left of a finding when names are taken away.
  private func essence(_ findings: [Finding], _ given: [String]) -> [String] {
    findings.map { finding in
      let subjects = finding.subjects.map { subject in
        given.enumerated().sorted { $0.element.utf8.count > $1.element.utf8.count }
          .reduce(subject) { $0.replacing($1.element, with: "<\($1.offset)>") }
      }
      return "\(finding.rule) \(finding.severity) \(finding.verdict) \(subjects.sorted())"
    }.sorted()
  }

  @Test func everyRuleHasCases() {
    for rule in Rule.all {
      #expect(RuleCase.all.contains { $0.rule.name == rule.name }, "\(rule.name) has no case")
    }
  }

  /// What a rule says of its severities is what its cases give.
  @Test func severitiesAreThoseOfTheCases() {
    for rule in Rule.configuration {
      let given = RuleCase.all.filter { $0.rule.name == rule.name }.map(\.severity)
      #expect(given.min() == rule.severities.lowerBound, "\(rule.name)")
      #expect(given.max() == rule.severities.upperBound, "\(rule.name)")
    }
  }

  @Test(arguments: RuleCase.all) func faultyFires(_ one: RuleCase) {
    for seed in RuleCaseTests.seeds {
      let made = one.made(isFaulty: true, shape: seed, names: seed)
      let findings = one.rule.judge(made.record).findings
      #expect(findings.map(\.severity).max() == one.severity, "seed \(seed): \(findings)")
      for finding in findings {
        #expect(finding.rule == one.rule.name)
        #expect(one.rule.severities.contains(finding.severity))
        #expect(!finding.evidence.isEmpty, "\(finding.text)")
        #expect(finding.text.allSatisfy { !$0.isNewline } && !finding.text.hasSuffix("."))
        #expect(!finding.text.contains("Optional"), "\(finding.text)")
      }
    }
  }

  @Test(arguments: RuleCase.all) func healthyIsSilent(_ one: RuleCase) {
    for seed in RuleCaseTests.seeds {
      let made = one.made(isFaulty: false, shape: seed, names: seed)
      let judgement = one.rule.judge(made.record)
      #expect(judgement.findings.isEmpty, "seed \(seed): \(judgement.findings.map(\.text))")
    }
  }

  /// What a rule says hangs neither on the names nor on the order of the record.
  @Test(arguments: RuleCase.all) func namesAndOrderDoNotMatter(_ one: RuleCase) {
    for seed in RuleCaseTests.seeds {
      let made = one.made(isFaulty: true, shape: seed, names: 0)
      let plain = essence(one.rule.judge(made.record).findings, made.given)
      let renamed = one.made(isFaulty: true, shape: seed, names: 1000 + seed)
      #expect(essence(one.rule.judge(renamed.record).findings, renamed.given) == plain)
      var permuted = made.record
      var draws = Draws(seed)
      permuted.series.shuffle(using: &draws)
      permuted.tensors.shuffle(using: &draws)
      #expect(essence(one.rule.judge(permuted).findings, made.given) == plain)
      #expect(!plain.isEmpty)
    }
  }

  /// No other rule calls a healthy record faulty either.
  @Test(arguments: RuleCase.all) func healthyRaisesNoOtherAlarm(_ one: RuleCase) {
    // Records of a single fault of one kind may hold what another rule rightly tells.
    let known = ["parts that no constant weights make the loss"]
    if known.contains(one.name) { return }
    for seed in RuleCaseTests.seeds {
      let made = one.made(isFaulty: false, shape: seed, names: seed)
      let alarms = Diagnosis(made.record).findings.filter { $0.severity > .info }
      #expect(alarms.isEmpty, "seed \(seed): \(alarms.map(\.text))")
    }
  }

  /// An empty record is no healthy one: each rule says what it lacks.
  @Test(arguments: Rule.all.map(\.name)) func emptyRecordTellsNothing(_ name: String) {
    let rule = Rule.all.first { $0.name == name }
    guard case .cannotTell(let missing)? = rule?.judge(RunRecord(name: "empty")) else {
      #expect(
        [Rule.resumed.name, Rule.codeFacts.name].contains(name), "\(name) judges an empty record")
      return
    }
    #expect(!missing.isEmpty)
  }
}
