import Testing
import ThalwegFormats

@Suite struct TableTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ text: String, _ options: TableOptions = .init()
  ) throws -> (Table, TableReport) {
    try Table.read(try folder.write("table.csv", text), options: options)
  }

  @Test func semicolonsDecimalCommasDatesAndTrailingDelimiters() throws {
    let (table, report) = try read(
      "\u{FEFF}Date;Time; a ;b;;\r\n10/03/2004;18.00.00;2,5;-200;;\r\n11/03/2004;;1;-200,0;;\r\n"
        + ";;;;;\r\n11/03/2004;20.00.00;;7;;\r\n;;;;;\r\n")
    #expect(table.columns.map(\.name) == ["a", "b"])
    #expect(table.columns[0].values.prefix(2) == [2.5, 1])
    #expect(table.columns[0].values[2].isNaN)
    #expect(table.columns[1].values.map(\.isNaN) == [true, true, false])
    #expect(report.delimiter == ";")
    #expect(report.decimalMark == ",")
    #expect(report.hasHeader)
    #expect(report.dataRows == 5)
    #expect(report.blankRows == 2)
    #expect(report.keptRows == 3)
    #expect(report.dateColumns == ["Date", "Time"])
    #expect(report.droppedUnnamedColumns == 2)
    #expect(report.missing == [1, 2])
    #expect(report.missingFraction == 0.5)
    #expect(report.constantColumns == ["b"])
  }

  @Test func delimiterAndMarkCanBeGiven() throws {
    var options = TableOptions()
    options.decimalMark = ","
    let (single, _) = try read("a\n1,5\n2,5\n", options)
    #expect(single.columns[0].values == [1.5, 2.5])
    options.decimalMark = "."
    #expect(
      throws: TableError.decimalMark(
        path: folder["table.csv"], line: 2, column: "a", text: "1,5", expected: ".")
    ) { try read("a;b\n1,5;2\n", options) }
    options.delimiter = "|"
    let (piped, report) = try read("a,a|b;b\n1|2\n", options)
    #expect(piped.columns.map(\.name) == ["a,a", "b;b"])
    #expect(report.delimiter == "|")
  }

  @Test func aBlankRowCanBeKept() throws {
    var options = TableOptions()
    options.keepBlankRows = true
    let (table, report) = try read("a,b\n1,2\n,\n\n3,4\n\n", options)
    #expect(table.rowCount == 4)
    #expect(table.columns.allSatisfy { $0.values[1].isNaN && $0.values[2].isNaN })
    #expect(table.columns[1].values[3] == 4)
    #expect(report.blankRows == 2)
    #expect(report.dataRows == 4)
    #expect(report.keptRows == 4)
  }

  @Test func aRowWithADateAndNoNumberIsKept() throws {
    let (table, report) = try read("day,a\n2016-07-01,1\n2016-07-02,\n,\n")
    #expect(table.rowCount == 2)
    #expect(report.blankRows == 1)
    #expect(report.missing == [1])
  }

  @Test func withoutHeaderColumnsAreNamedByPosition() throws {
    let (table, report) = try read("1.5,2\n3,nan\n")
    #expect(!report.hasHeader)
    #expect(table.columns.map(\.name) == ["x0", "x1"])
    #expect(table.columns[0].values == [1.5, 3])
    let (gaps, gapReport) = try read("NaN,2\n3,4\n")
    #expect(!gapReport.hasHeader)
    #expect(gaps.rowCount == 2)
    var options = TableOptions()
    options.hasHeader = true
    let (forced, _) = try read("1999,2000\n3,4\n", options)
    #expect(forced.columns.map(\.name) == ["1999", "2000"])
  }

  @Test(arguments: ["", "NaN", "nan", "NA", "N/A", "null", "None", "NULL", " ", "-200", "-2e2"])
  func missingMarker(_ marker: String) throws {
    let (table, report) = try read("a,b\n1,2\n\(marker),3\n")
    #expect(table.columns[0].values[1].isNaN)
    #expect(report.missing == [1, 0])
  }

  @Test func missingMarkersCanBeChanged() throws {
    var options = TableOptions()
    options.missingMarkers = ["?"]
    options.missingNumbers = [-9]
    let (table, _) = try read("a,b\n?,-200\n-9,3\n1,1\n", options)
    #expect(table.columns[0].values.map(\.isNaN) == [true, true, false])
    #expect(table.columns[1].values == [-200, 3, 1])
    #expect(throws: TableError.word(path: folder["table.csv"], line: 2, column: "a", text: "NA")) {
      try read("a,b\nNA,1\n2,3\n", options)
    }
  }

  @Test func quotedCells() throws {
    let (table, _) = try read("\"a \"\"x\"\", y\",\"b\nc\"\n\"1.5\",2\n")
    #expect(table.columns.map(\.name) == ["a \"x\", y", "b\nc"])
    #expect(table.columns.map(\.values) == [[1.5], [2]])
    let (tabs, report) = try read("a\tb\n1,5\t2\n")
    #expect(tabs.columns[0].values == [1.5])
    #expect(report.delimiter == "\t")
  }

  @Test(arguments: [
    "10/03/2004", "18.00.00", "2016-07-01 00:00:00", "2004-03-10T18:00", "31.12.1999", "18:00",
    "2004-03-10T18:00:00.125Z", "2004-03-10 18:00:00 +02:00", "2004/3/1",
  ])
  func dateColumn(_ date: String) throws {
    let (table, report) = try read("when;a\n\(date);1\n;2\n")
    #expect(report.dateColumns == ["when"])
    #expect(table.columns.map(\.name) == ["a"])
  }

  @Test(arguments: [
    "fast", "1.2.3", "10/03", "2004-13-45", "99:99", "inf", "Infinity", "1e999", "0x10", "1e",
    "--1", "1 2", "1_000", "12:30-", "1.2.2004.5",
  ])
  func wordInANumberColumn(_ word: String) throws {
    let expected = TableError.word(path: folder["table.csv"], line: 4, column: "b", text: word)
    #expect(throws: expected) { try read("a,b\n1,2\n\n1,\(word)\n1,x\n") }
  }

  @Test func aDateAmongNumbersIsAWord() throws {
    #expect(
      throws: TableError.word(
        path: folder["table.csv"], line: 3, column: "a", text: "2004-03-10")
    ) { try read("a,b\n1,2\n2004-03-10,2\n") }
  }

  @Test(arguments: [
    "0.1", "1.7976931348623157e308", "5e-324", "123456789012345678901234567890", "-0", "+3.",
    ".5", "9007199254740993", "1.00000000000000011102230246251565", "0.000001e-300", "1E5",
    "4.35", "0.3e1", "8.41e21", "1e23",
  ])
  func numbersAreCorrectlyRounded(_ text: String) throws {
    let (table, _) = try read("a\n\(text)\n")
    let expected = try #require(Double(text.hasSuffix(".") ? text + "0" : text))
    #expect(table.columns[0].values[0].bitPattern == expected.bitPattern)
  }

  @Test func hostileFiles() throws {
    let path = folder["table.csv"]
    let cases: [(String, TableError)] = [
      ("", .empty(path: path)),
      (" \n\r\n", .empty(path: path)),
      ("a;b\n", .headerOnly(path: path)),
      ("a;b\n;\n;\n", .headerOnly(path: path)),
      ("a,b\n1,2\n1,2,3\n", .ragged(path: path, line: 3, cells: 3, expected: 2)),
      ("a,b\n1,2\n\n1\n", .ragged(path: path, line: 4, cells: 1, expected: 2)),
      ("a,b,a\n1,2,3\n", .duplicateColumn(path: path, name: "a")),
      ("a,b\n1,\"2\n3,4\n", .openQuote(path: path, line: 2)),
      ("a,b\n1,\"2\"3\n", .textAfterQuote(path: path, line: 2)),
      (
        "a;b\n1,5;2,5\n1.5;3\n",
        .decimalMark(path: path, line: 3, column: "a", text: "1.5", expected: ",")
      ),
      ("a;b\n1.234,5;2\n", .word(path: path, line: 2, column: "a", text: "1.234,5")),
      ("a,b\nNA,\nNA,\n", .noNumbers(path: path)),
    ]
    for (text, expected) in cases {
      #expect(throws: expected, "\(text)") { try read(text) }
      #expect(!expected.description.contains("\n"))
      #expect(expected.description.contains(path))
    }
    try Files.writeDurably(path, [0x61, 0xB0, 0x2C, 0x62, 0x0A, 0x31, 0x2C, 0x32])
    #expect(throws: TableError.notUTF8(path: path, line: 1)) { try Table.read(path) }
    #expect(throws: TableError.file(.missing(path: folder["no.csv"]))) {
      try Table.read(folder["no.csv"])
    }
    #expect(throws: TableError.file(.isDirectory(path: folder.path))) {
      try Table.read(folder.path)
    }
  }

  @Test func emptyColumnsAreReported() throws {
    let (table, report) = try read("a,b,c\n1,NA,5\n2,,5\n")
    #expect(table.columns.map(\.name) == ["a", "b", "c"])
    #expect(report.emptyColumns == ["b"])
    #expect(report.constantColumns == ["c"])
  }
}
