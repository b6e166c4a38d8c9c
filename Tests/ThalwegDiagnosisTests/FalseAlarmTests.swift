import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// Healthy runs of many kinds raise next to no alarm: a warning or worse in at most two of a hundred.
@Suite struct FalseAlarmTests {
  private static let runs = 300

  @Test func healthyRunsRaiseNextToNoAlarm() {
    var alarmed: [(seed: Int, texts: [String])] = []
    var told = 0
    for seed in 1...FalseAlarmTests.runs {
      let diagnosis = Diagnosis(HealthyRun(seed: seed).made.record)
      told += diagnosis.findings.isEmpty ? 0 : 1
      let alarms = diagnosis.findings.filter { $0.severity > .info }
      if !alarms.isEmpty { alarmed.append((seed, alarms.map { "\($0.rule): \($0.text)" })) }
    }
    let rate = Double(alarmed.count) / Double(FalseAlarmTests.runs)
    print("false alarms: \(alarmed.count) of \(FalseAlarmTests.runs) healthy runs (\(rate))")
    for one in alarmed { print("  seed \(one.seed): \(one.texts.joined(separator: "; "))") }
    #expect(rate <= 0.02)
    // Were nothing judged, nothing would be told.
    #expect(told > FalseAlarmTests.runs / 4)
  }
}
