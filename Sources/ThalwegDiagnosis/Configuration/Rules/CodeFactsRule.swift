import ThalwegRecord

extension Rule {
  package static let codeFacts = Rule(
    name: "code_facts",
    summary: "something that is told of the code, its terms or its layers is not understood",
    needs: "settings", severities: .error ... .error, judge: CodeFactsRule.judge)
}

enum CodeFactsRule {
  static func judge(_ run: RunRecord) -> Rule.Judgement {
    let problems = CodeFacts(run.settings).problems
    if problems.isEmpty { return .quiet }
    return .found(
      problems.map { problem in
        Finding(
          rule: "code_facts", .error, .established, problem.text, evidence: [problem.place],
          remedy: "Docs/configuration-analysis.md lists what may stand there")
      })
  }
}
