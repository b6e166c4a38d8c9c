import Testing
import ThalwegRCGNN
import ThalwegTensor

@Suite struct ColumnStatisticsTests {
  @Test(arguments: [0, 1e6, -3, Double.nan, .infinity])
  func valuesUnderTheMaskNeverCount(filler: Double) {
    let draws = RandomStream(seed: 2, path: "test.mask")
    let isObserved = (0..<300).map { draws.uniform($0) < 0.6 }
    var values = (0..<300).map { draws.normal($0 + 300) }
    func statistics() -> [ColumnStatistics?] {
      (0..<3).map {
        ColumnStatistics(
          observed: values, isObserved: isObserved, column: $0, columns: 3, rows: 10..<90)
      }
    }
    let before = statistics()
    for index in values.indices where !isObserved[index] { values[index] = filler }
    #expect(statistics() == before)
    #expect(before.allSatisfy { $0 != nil })
  }

  @Test func sameNumbersHaveNoDeviationAtAll() {
    // A sum of tenths is not a multiple of a tenth, yet the deviation is exactly 0.
    let column = ColumnStatistics(
      Array(repeating: 0.1, count: 7), weights: Array(repeating: 1, count: 7))
    #expect(column?.mean == 0.1 && column?.std == 0 && column?.isConstant == true)
    #expect(ColumnStatistics([], weights: []) == nil)
  }

  @Test func aRowCountsOnceForEachWindowThatHoldsIt() {
    let draws = RandomStream(seed: 2, path: "test.windows")
    for trial in 0..<40 {
      let window = 1 + trial % 7
      let starts = trial % 3..<trial % 3 + 1 + trial
      let values = (0..<2 * (starts.upperBound + window)).map { draws.normal(100 * trial + $0) }
      let spelledOut = starts.flatMap { start in
        (start..<start + window).map { values[2 * $0 + 1] }
      }
      let direct = ColumnStatistics(
        spelledOut, weights: Array(repeating: 1, count: spelledOut.count))
      let weighted = ColumnStatistics(
        windows: values, column: 1, columns: 2, starts: starts, window: window)
      #expect(abs((direct?.mean ?? 0) - (weighted?.mean ?? 1)) < 1e-12)
      #expect(abs((direct?.std ?? 0) - (weighted?.std ?? 1)) < 1e-12)
    }
  }
}
