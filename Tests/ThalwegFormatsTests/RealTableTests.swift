import Testing
import ThalwegFormats

/// The files are the user's data and too large to keep here; without them these are skipped.
@Suite struct RealTableTests {
  @Test(
    .enabled(
      if: RealData.isPresent("causal/AirQualityUCI.csv"), "real data absent: AirQualityUCI.csv"))
  func airQuality() throws {
    let (table, report) = try Table.read(RealData.path("causal/AirQualityUCI.csv"))
    #expect(report.delimiter == ";")
    #expect(report.decimalMark == ",")
    #expect(report.dataRows == 9471)
    #expect(report.blankRows == 114)
    #expect(report.keptRows == 9357)
    #expect(table.rowCount == 9357)
    #expect(report.dateColumns == ["Date", "Time"])
    #expect(report.droppedUnnamedColumns == 2)
    #expect(table.columns.count == 13)
    let known = ["NMHC(GT)": 8443, "CO(GT)": 1683, "NO2(GT)": 1642, "NOx(GT)": 1639]
    for (column, missing) in zip(table.columns, report.missing) {
      #expect(missing == known[column.name] ?? 366, "\(column.name)")
    }
    #expect((report.missingFraction * 10_000).rounded() == 1373)
    #expect(table.columns[0].values[0] == 2.6)
    #expect(report.constantColumns.isEmpty)
    #expect(report.emptyColumns.isEmpty)
  }

  @Test(
    .enabled(
      if: RealData.isPresent("causal/lorenz96_F10_1.csv"), "real data absent: lorenz96_F10_1.csv"))
  func lorenzWithoutHeader() throws {
    let (table, report) = try Table.read(RealData.path("causal/lorenz96_F10_1.csv"))
    #expect(!report.hasHeader)
    #expect(table.columns.first?.name == "x0")
    #expect(table.columns[0].values.prefix(2) == [1.124791727, 0.7128437267])
    #expect(report.missing.allSatisfy { $0 == 0 })
  }
}
