import ThalwegRecord

extension Claim {
  /// Judges the claim by diagnoses alone.
  /// - Parameters:
  ///   - diagnosis: of the run that the case is about.
  ///   - others: of further runs, by their names.
  package func judged(
    by diagnosis: Diagnosis, _ others: [(name: String, diagnosis: Diagnosis)] = []
  ) -> Result {
    func diagnosed(_ measure: Measure) -> Diagnosis? {
      guard let name = measure.run else { return diagnosis }
      return others.first { $0.name == name }?.diagnosis
    }
    var result = Result(claim: self, verdict: .cannotTell, beside: [])
    result.beside = beside.map { measure in
      let value = diagnosed(measure).flatMap { measure.finding(in: $0) }?[measure.figure ?? ""]
      // What is read elsewhere says where.
      let other = measure.subject == self.measure.subject ? nil : measure.subject
      let words = [measure.run, other, measure.figure].compactMap { $0 }
      return Finding.Figure(words.joined(separator: " "), value)
    }
    guard let own = diagnosed(measure) else {
      result.missing = "the run '\(measure.run ?? "")'"
      return result
    }
    if let openIf, let conflict = diagnosed(openIf).flatMap({ openIf.finding(in: $0) }) {
      result.finding = conflict
      result.missing = conflict.unknown ?? conflict.text
      return result
    }
    if let role = needsSeries, own.run.series(role).isEmpty {
      result.missing = "no \(role.rawValue) is recorded"
      return result
    }
    guard let finding = measure.finding(in: own) else {
      let skipped = own.skipped.first { measure.rules.contains($0.rule) }
      if let skipped {
        result.missing = skipped.missing
      } else if measure.rules.contains(where: own.quiet.contains) {
        result.verdict = ifQuiet
        if ifQuiet == .cannotTell { result.missing = "\(measure.rules[0]) found nothing" }
      } else {
        result.missing = "nothing was found that it could be judged by"
      }
      return result
    }
    result.finding = finding
    result.measured = measure.figure.flatMap { finding[$0] }
    judge(finding, &result)
    return result
  }

  private func judge(_ finding: Finding, _ result: inout Result) {
    switch finding.verdict {
    case .ruledOut:
      result.verdict = .doesNotHold
      result.isAbsent = true
    case .cannotTell: result.missing = finding.unknown ?? finding.text
    case .established, .likely:
      if comparison == .found {
        result.verdict = ifTrue
      } else if let measured = result.measured, let reported {
        result.verdict = isTrue(measured, reported) ? ifTrue : ifFalse
      } else {
        result.missing = "\(measure.figure ?? "the figure") is not recorded"
      }
    }
  }

  private func isTrue(_ measured: Double, _ reported: Double) -> Bool {
    switch comparison {
    case .equals: abs(measured - reported) <= tolerance * abs(reported) || measured == reported
    case .above: measured > reported
    case .below: measured < reported
    case .atLeast: measured >= reported
    case .atMost: measured <= reported
    case .found: true
    }
  }
}

extension Claim.Measure {
  /// The finding that is meant; nil where there is none.
  func finding(in diagnosis: Diagnosis) -> Finding? {
    for rule in rules {
      let found = diagnosis.findings.first { finding in
        finding.rule == rule && (subject.map(finding.subjects.contains) ?? true)
      }
      if let found { return found }
    }
    return nil
  }
}

extension Finding {
  /// The value of a figure; nil where there is no such figure, or it has none.
  fileprivate subscript(_ figure: String) -> Double? {
    figures.first { $0.name == figure }?.value
  }
}
