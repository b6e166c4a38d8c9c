import Testing
import ThalwegFormats
import ThalwegRCGNN

@Suite struct SeriesPreparationTests {
  private func table(_ columns: [[Double]]) -> Table {
    Table(columns: columns.indices.map { .init(name: "c\($0)", values: columns[$0]) })
  }

  private func fixtureTable(_ fixtures: Fixtures) throws -> Table {
    let values = try fixtures["series.values"]
    let observed = try fixtures.flags("series.observed")
    return table(
      (0..<3).map { column in
        stride(from: column, to: values.count, by: 3).map { observed[$0] ? values[$0] : .nan }
      })
  }

  @Test(arguments: SeriesMode.allCases)
  func statisticsOfNumPy(mode: SeriesMode) throws {
    let fixtures = try Fixtures()
    let data = try SeriesPreparation.prepare(
      fixtureTable(fixtures), SeriesConfiguration(mode: mode, window: 5))
    #expect(agree(data.means, try fixtures["series.\(mode.rawValue).means"], relative: 1e-11))
    #expect(agree(data.stds, try fixtures["series.\(mode.rawValue).stds"], relative: 1e-11))
    #expect(data.rowCount == (mode == .published ? 60 : 56))
  }

  @Test func publishedGapsAreZerosThatWereStandardized() throws {
    let table = MadeTable.table(rows: 100, columns: 4)
    let data = try SeriesPreparation.prepare(table, SeriesConfiguration(mode: .published))
    for row in 0..<100 {
      for column in 0..<4 {
        let raw = table.columns[column].values[row]
        let expected = ((raw.isNaN ? 0 : raw) - data.means[column]) / data.stds[column]
        #expect(data.values[row * 4 + column] == Float(expected))
        #expect(data.mask[row * 4 + column] == (raw.isNaN ? 0 : 1))
      }
    }
  }

  @Test func publishedRawDataKeepsZerosInTheGaps() throws {
    let table = MadeTable.table(rows: 100, columns: 2)
    let data = try SeriesPreparation.prepare(
      table, SeriesConfiguration(mode: .published, standardize: false))
    let raw = (0..<200).map { table.columns[$0 % 2].values[$0 / 2] }
    #expect(data.values == raw.map { $0.isNaN ? 0 : Float($0) })
    #expect(data.means == [0, 0] && data.stds == [1, 1])
  }

  @Test func defaultGapsAreTheMeanOrTheLastObservation() throws {
    let table = MadeTable.table(rows: 200, columns: 3, share: 0.5)
    let zero = try SeriesPreparation.prepare(table)
    let hold = try SeriesPreparation.prepare(table, SeriesConfiguration(fill: .hold))
    #expect(zero.means == hold.means && zero.stds == hold.stds && zero.mask == hold.mask)
    var last: [Float] = [0, 0, 0]
    for index in zero.values.indices {
      if zero.mask[index] == 1 {
        last[index % 3] = zero.values[index]
        let raw = table.columns[index % 3].values[index / 3]
        let scaled = (raw - zero.means[index % 3]) / zero.stds[index % 3]
        #expect(zero.values[index] == Float(scaled))
      } else {
        #expect(zero.values[index] == 0)
      }
      #expect(hold.values[index] == last[index % 3])
    }
  }

  @Test func defaultOnItsOwnScaleFillsWithTheMean() throws {
    let table = MadeTable.table(rows: 200, columns: 1, share: 0.5)
    let scaled = try SeriesPreparation.prepare(table)
    let raw = try SeriesPreparation.prepare(table, SeriesConfiguration(standardize: false))
    for index in raw.values.indices where raw.mask[index] == 0 {
      #expect(raw.values[index] == Float(scaled.means[0]))
    }
  }

  @Test func standardizedTrainingEntriesHaveMeanZeroAndDeviationOne() throws {
    let data = try SeriesPreparation.prepare(MadeTable.table(rows: 2_000, columns: 3))
    let rows = data.splits.rows(of: data.splits.training)
    for column in 0..<3 {
      let kept = rows.map { $0 * 3 + column }.filter { data.mask[$0] == 1 }
        .map { Double(data.values[$0]) }
      let mean = kept.reduce(0, +) / Double(kept.count)
      let square = kept.reduce(0) { $0 + $1 * $1 } / Double(kept.count)
      #expect(abs(mean) < 1e-6)
      #expect(abs(square - 1) < 1e-6)
    }
  }

  /// No look into the future: what comes after the training rows changes nothing before.
  @Test(arguments: SeriesFill.allCases)
  func laterRowsChangeNothingEarlier(fill: SeriesFill) throws {
    let table = MadeTable.table(rows: 300, columns: 2)
    var changed = table
    let configuration = SeriesConfiguration(window: 6, fill: fill)
    let before = try SeriesPreparation.prepare(table, configuration)
    let end = before.splits.rows(of: before.splits.training).upperBound
    for row in end..<300 { changed.columns[1].values[row] = row % 3 == 0 ? .nan : 1e4 }
    changed.columns[1].values[299] = 7
    let after = try SeriesPreparation.prepare(changed, configuration)
    #expect(after.means == before.means && after.stds == before.stds)
    #expect(after.values.prefix(end * 2) == before.values.prefix(end * 2))
  }

  @Test func aConstantColumnIsNamedAndOnlyCentered() throws {
    var table = MadeTable.table(rows: 200, columns: 2)
    table.columns[1].values = table.columns[1].values.map { $0.isNaN ? $0 : 0.1 }
    let data = try SeriesPreparation.prepare(table)
    #expect(data.report.constantColumns == ["c1"])
    #expect(data.means[1] == 0.1 && data.stds[1] == 1)
    #expect(stride(from: 1, to: 400, by: 2).allSatisfy { data.values[$0] == 0 })
  }

  @Test func aColumnWithoutTrainingValuesIsNamed() throws {
    var table = MadeTable.table(rows: 200, columns: 2)
    for row in 0..<190 { table.columns[1].values[row] = .nan }
    let error = #expect(throws: SeriesError.self) {
      try SeriesPreparation.prepare(table, SeriesConfiguration(window: 4))
    }
    // 200 rows leave 185 windows, of which 130 train over 133 rows.
    #expect(error == .nothingObserved(column: "c1", trainingRows: 133))
    #expect(error?.description.contains("column 'c1'") == true)
    let published = try SeriesPreparation.prepare(
      table, SeriesConfiguration(mode: .published, window: 4))
    #expect(published.report.emptyColumns == ["c1"])
    #expect(published.report.constantColumns == ["c1"])
  }

  @Test func onlyTheBlankTailIsDropped() throws {
    var table = MadeTable.table(rows: 200, columns: 2, share: 0)
    for row in [0, 50, 51, 198, 199] {
      for column in 0..<2 { table.columns[column].values[row] = .nan }
    }
    let data = try SeriesPreparation.prepare(table)
    #expect(data.report.counts.rowsRead == 200 && data.report.counts.rowsKept == 198)
    #expect(data.report.counts.missingShares == [3.0 / 198, 3.0 / 198])
    #expect(data.values.allSatisfy { $0.isFinite })
    let published = try SeriesPreparation.prepare(table, SeriesConfiguration(mode: .published))
    #expect(published.rowCount == 200)
  }

  @Test func numbersBeyondSinglePrecisionAreNamed() {
    for (value, row) in [(1e39, 6), (-Double.infinity, 6), (1e30, 195)] {
      var table = MadeTable.table(rows: 200, columns: 2, share: 0)
      table.columns[1].values = table.columns[1].values.map { $0 * 1e-20 }
      table.columns[1].values[row] = value
      #expect(throws: SeriesError.outOfRange(column: "c1", row: row + 1, value: value)) {
        try SeriesPreparation.prepare(table)
      }
    }
  }

  @Test func publishedModeKnowsOneFill() {
    #expect(throws: SeriesError.fillOfPublished(.hold)) {
      try SeriesPreparation.prepare(
        MadeTable.table(rows: 100, columns: 1),
        SeriesConfiguration(mode: .published, fill: .hold))
    }
  }
}
