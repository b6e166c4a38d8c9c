import Testing
import ThalwegFormats
import ThalwegRCGNN
import ThalwegTensor

@Suite struct SeriesSplitsTests {
  private func splits(_ mode: SeriesMode, rows: Int, window: Int) throws -> SeriesSplits {
    let table = MadeTable.table(rows: rows, columns: 1, share: 0)
    return try SeriesCounts(table: table, mode: mode, window: window).splits
  }

  @Test func publishedSharesAreTruncated() throws {
    let splits = try splits(.published, rows: 9_471, window: 24)
    #expect(splits.all.map(\.count) == [6_613, 1_417, 1_418])
    #expect(splits.windowCount == 9_448)
    #expect(splits.training.upperBound == splits.validation.lowerBound)
    #expect(splits.validation.upperBound == splits.test.lowerBound)
    // Without the blank rows.
    let fewer = try self.splits(.published, rows: 9_357, window: 24)
    #expect(fewer.windowCount == 9_334 && fewer.training.count == 6_533)
    // Neighbours share T - 1 rows.
    let shared = splits.rows(of: splits.training).clamped(to: splits.rows(of: splits.validation))
    #expect(shared.count == 23)
  }

  @Test func defaultSplitsShareNoRowAndLeaveAGap() throws {
    let draws = RandomStream(seed: 11, path: "test.splits")
    for trial in 0..<300 {
      let window = 1 + draws.integer(2 * trial, below: 40)
      let rows = 5 * (window - 1) + 3 + draws.integer(2 * trial + 1, below: 1_000)
      let splits = try splits(.default, rows: rows, window: window)
      var owner = Array(repeating: -1, count: rows)
      for (number, starts) in splits.all.enumerated() {
        #expect(!starts.isEmpty)
        for start in starts {
          for row in start..<start + window {
            #expect(owner[row] == -1 || owner[row] == number)
            owner[row] = number
          }
        }
      }
      // Everything outside the splits is the two gaps, each of T - 1 rows.
      let ranges = splits.all.map(splits.rows(of:))
      #expect(ranges[0].lowerBound == 0 && ranges[2].upperBound == rows)
      #expect(ranges[1].lowerBound - ranges[0].upperBound == window - 1)
      #expect(ranges[2].lowerBound - ranges[1].upperBound == window - 1)
      #expect(owner.count { $0 == -1 } == 2 * (window - 1))
    }
  }

  @Test func defaultBoundariesAreAsNearToTheSharesAsWholeWindowsAllow() throws {
    for rows in 20...400 {
      let splits = try splits(.default, rows: rows, window: 3)
      let training = splits.training.count
      #expect(splits.windowCount == rows - 10)
      #expect(abs(100 * training - 70 * splits.windowCount) <= 50)
      let beforeTest = training + splits.validation.count
      #expect(abs(100 * beforeTest - 85 * splits.windowCount) <= 50)
    }
  }

  @Test(arguments: [(SeriesMode.published, 30), (.default, 118)])
  func namesTheRowsThatAreThereAndThoseThatAreNeeded(mode: SeriesMode, needed: Int) throws {
    let enough = try splits(mode, rows: needed, window: 24)
    #expect(enough.all.allSatisfy { !$0.isEmpty })
    let error = #expect(throws: SeriesError.self) {
      try splits(mode, rows: needed - 1, window: 24)
    }
    #expect(
      error == .tooFewRowsForSplits(rows: needed - 1, needed: needed, window: 24, mode: mode))
    #expect(error?.description.contains("data: \(needed - 1) rows") == true)
    #expect(error?.description.contains("need \(needed) in mode '\(mode.rawValue)'") == true)
    #expect(throws: SeriesError.tooFewRowsForWindow(rows: 23, window: 24)) {
      try splits(mode, rows: 23, window: 24)
    }
  }
}
