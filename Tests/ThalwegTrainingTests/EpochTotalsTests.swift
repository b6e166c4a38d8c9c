import Testing
import ThalwegRecord
import ThalwegTraining

@Suite struct EpochTotalsTests {
  /// The second step lacks a term, the third has no loss at all.
  @Test func weightedTermsAddUpToTheLoss() {
    var totals = EpochTotals()
    let steps = [[("a", 1.0), ("b", 2.0)], [("a", 5.0)], []]
    for terms in steps {
      var step = StepRecord()
      step.outcome = terms.isEmpty ? .empty : .taken
      step.loss = terms.isEmpty ? nil : terms.reduce(0) { $0 + $1.1 }
      step.terms = terms.map { TermRecord(name: $0.0, raw: 10 * $0.1, weighted: $0.1) }
      totals.add(step)
    }
    let record = totals.record(clips: false)
    #expect(record.loss == 4)
    #expect(record.terms.map(\.name) == ["a", "b"])
    #expect(record.terms.map(\.weighted) == [3, 1])
    #expect(record.terms.map(\.raw) == [30, 20])
  }
}
