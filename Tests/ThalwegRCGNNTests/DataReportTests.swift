import Testing
import ThalwegFormats
import ThalwegRCGNN

@Suite struct DataReportTests {
  private func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

  @Test func bothModesStandSideBySide() throws {
    var table = MadeTable.table(rows: 1_010, columns: 2, share: 0)
    for row in 1_000..<1_010 {
      for column in 0..<2 { table.columns[column].values[row] = .nan }
    }
    table.columns[1].values[3] = .nan
    let data = try SeriesPreparation.prepare(table)
    let lines = DataReport.lines(for: data.report, table: table)
    let rows = lines.map(words)
    #expect(rows[0].joined(separator: " ").contains("1,010 rows of 2 columns, mode 'default'"))
    #expect(rows.contains(["published", "*default"]))
    #expect(rows.contains(["rows", "kept", "1,010", "1,000"]))
    #expect(rows.contains(["missing", "cells", "1.04", "%", "0.05", "%"]))
    #expect(rows.contains(["windows", "987", "885"]))
    #expect(rows.contains(["training", "690", "620"]))
    #expect(rows.contains(["validation", "148", "132"]))
    #expect(rows.contains(["test", "149", "133"]))
    #expect(rows.contains(["unused", "rows", "between", "splits", "0", "23"]))
    #expect(rows.contains(["rows", "shared", "by", "neighbours", "23", "0"]))
    #expect(rows.contains(["batches", "of", "8", "an", "epoch", "87", "78"]))
    #expect(rows.contains(["c1", "0.10", "%"]))
  }

  @Test func saysWhyTheOtherModeIsNotPossible() throws {
    var table = MadeTable.table(rows: 60, columns: 2, share: 0)
    table.columns[1].values = table.columns[1].values.map { _ in 4 }
    let data = try SeriesPreparation.prepare(table, SeriesConfiguration(mode: .published))
    let lines = DataReport.lines(for: data.report, table: table)
    #expect(lines.contains { $0.contains("mode 'default' is not possible here: data: 60 rows") })
    #expect(lines.map(words).contains(["windows", "37", "-"]))
    #expect(lines.contains("  one single value in training: c1"))
  }

  @Test func figuresAreRoundedAndGrouped() {
    #expect(DataReport.percent(0.147_68) == "14.77 %")
    #expect(DataReport.percent(0) == "0.00 %")
    #expect(DataReport.percent(0.9999) == "99.99 %")
    #expect(DataReport.percent(1) == "100.00 %")
    #expect(DataReport.grouped(7) == "7")
    #expect(DataReport.grouped(827) == "827")
    #expect(DataReport.grouped(9_471) == "9,471")
    #expect(DataReport.grouped(1_234_567) == "1,234,567")
  }
}
