package import ThalwegRecord

extension Rule {
  /// What is judged from a configuration without running anything, in the order of telling.
  package static let configuration: [Rule] = [
    .codeFacts, .impossibleSetting, .settingConflict, .stringNumber, .deadKey, .rateSchedule,
    .updateSize, .ratioPenalty, .penaltyCap, .lossBounds, .rankingPairs, .incomparableLosses,
    .normalizationRuledOut, .normalizationValues, .accumulationEquivalence, .earlyStop,
    .cosmeticChange, .inertChange, .predictedChange, .notAttributable,
  ]
}

/// What settings alone say of a training, and what they say beside its record.
package struct ConfigurationAnalysis: Sendable {
  package let diagnosis: Diagnosis

  /// - Parameters:
  ///   - settings: of configurations, statements, and of what is told of the code.
  ///   - run: the record of the run that they belong to; its own settings count as well.
  ///   - proposed: another configuration that somebody would go over to.
  package init(settings: [Setting], run: RunRecord? = nil, proposed: [Setting] = []) {
    var record = run ?? RunRecord(name: "configuration")
    record.settings += settings
    record.settings += ProposedChange.settings(from: record.settings, to: proposed)
    diagnosis = Diagnosis(record, rules: Rule.configuration)
  }

  package var findings: [Finding] { diagnosis.findings }
}
