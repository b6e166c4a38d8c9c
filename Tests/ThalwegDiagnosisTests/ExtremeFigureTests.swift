import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// Whatever numbers a record holds, the rules come to an end, each finding on one line.
@Suite struct ExtremeFigureTests {
  private static let values: [Double] = [
    0, -1, .leastNonzeroMagnitude, 1e30, -1e30, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    .infinity,
    .nan,
  ]

  /// The same figures, some of them at the end of what numbers can be; their progress, too.
  private func changed(_ series: Series, _ draws: inout Draws, isThinned: Bool) -> Series {
    var changed = Series(series.key, role: series.role, split: series.split)
    for sample in series.samples {
      var point = sample.low
      if draws.uniform() < 0.3 {
        point.value = ExtremeFigureTests.values.randomElement(using: &draws) ?? 0
      }
      if draws.uniform() < 0.1 {
        point.progress.epoch = ExtremeFigureTests.values.randomElement(using: &draws) ?? 0
      }
      if draws.uniform() < 0.1 {
        point.progress.step = [.min, -1, 0, .max].randomElement(using: &draws)
      }
      changed.add(point)
    }
    if isThinned { changed.thin() }
    return changed
  }

  @Test(arguments: RuleCase.all) func everyRuleEnds(_ one: RuleCase) {
    var draws = Draws(5)
    for round in 0..<20 {
      var record = one.made(isFaulty: round % 2 == 0, shape: round + 1, names: 1).record
      record.series = record.series.map { changed($0, &draws, isThinned: round % 3 == 0) }
      if round % 4 < 2 {
        let epochs = ExtremeFigureTests.values.randomElement(using: &draws) ?? 0
        record.settings.append(
          Setting(
            path: ["epochs"], value: .number(epochs), text: "\(epochs)",
            place: Place(source: 0, position: 1)))
      }
      for finding in Diagnosis(record).findings {
        #expect(finding.text.allSatisfy { !$0.isNewline })
      }
    }
  }
}
