import Testing
import ThalwegRCGNN

/// The published figures on the file that they were published for.
@Suite(.enabled(if: TestFiles.exists(TestFiles.airQuality), "real data absent: AirQualityUCI.csv"))
struct AirQualityTests {
  @Test func publishedCounts() throws {
    let data = try SeriesPreparation.prepare(
      AirQuality.table(), SeriesConfiguration(mode: .published))
    #expect(data.rowCount == 9_471 && data.names == Graph.airQualityOpinion.names)
    #expect(data.splits.windowCount == 9_448)
    #expect(data.splits.all.map(\.count) == [6_613, 1_417, 1_418])
    #expect(data.report.batchesPerEpoch == 827)
    #expect(DataReport.percent(data.report.counts.missingShare) == "14.77 %")
  }

  /// The published range, [-4.128, 10.820]: its least value lies in every split, its greatest in
  /// training, so that training alone, training with validation and all rows have the same.
  @Test func publishedRange() throws {
    let fixtures = try Fixtures()
    let data = try SeriesPreparation.prepare(
      AirQuality.table(), SeriesConfiguration(mode: .published))
    #expect(agree(data.means, try fixtures["air_quality.published.means"]))
    #expect(agree(data.stds, try fixtures["air_quality.published.stds"]))
    let ranges = data.splits.all.flatMap { starts in
      let rows = data.splits.rows(of: starts)
      let values = data.values[rows.lowerBound * 13..<rows.upperBound * 13]
      return [values.min(), values.max()].compactMap { $0.map(Double.init) }
    }
    #expect(agree(ranges, try fixtures["air_quality.published.ranges"], relative: 1e-7))
    #expect(ranges.prefix(2).map { ($0 * 1_000).rounded() } == [-4_128, 10_820])
  }

  @Test func defaultCounts() throws {
    let fixtures = try Fixtures()
    let data = try SeriesPreparation.prepare(AirQuality.table())
    #expect(data.rowCount == 9_357)
    #expect(DataReport.percent(data.report.counts.missingShare) == "13.73 %")
    #expect(DataReport.percent(data.report.counts.missingShares[2]) == "90.23 %")
    #expect(data.splits.all.map(\.count) == [6_469, 1_387, 1_386])
    #expect(data.report.batchesPerEpoch == 809)
    #expect(agree(data.means, try fixtures["air_quality.default.means"]))
    #expect(agree(data.stds, try fixtures["air_quality.default.stds"]))
    #expect(data.report.constantColumns.isEmpty && data.report.emptyColumns.isEmpty)
  }
}
