import Testing
import ThalwegFormats

extension CommandTests {
  /// Data that cannot be trained on: one line that says what to change, and nothing left behind.
  @Suite struct BadTableTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Trains on a path; the folder must hold afterwards what it held before.
    private func refuse(
      _ path: String, _ texts: [String], _ more: [String] = [],
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let before = try folder.names()
      for verb in [["train", "--out", "run"], ["audit"]] {
        let run = try folder.run(
          [verb[0], "rc-gnn", "--data", path] + verb.dropFirst() + more)
        expectRefusal(run, sourceLocation: sourceLocation)
        for text in texts {
          #expect(run.error.contains(text), "\(run.error)", sourceLocation: sourceLocation)
        }
      }
      #expect(try folder.names() == before, sourceLocation: sourceLocation)
    }

    /// A table of so many rows, one of which may be replaced.
    private func table(rows: Int, row: Int = 0, _ text: String = "") throws -> String {
      let lines = (1...rows).map { $0 == row ? text : "\($0 % 7),\($0 % 5),\($0 % 3)" }
      return try folder.write("data.csv", "a,b,c\n" + lines.map { $0 + "\n" }.joined())
    }

    @Test func aPathThatIsNoFile() throws {
      try refuse("gone.csv", [folder.path + "/gone.csv: no such file or folder"])
      try refuse(".", ["is a folder where a file is needed"])
      let file = try folder.write("file.csv", "a\n1\n")
      try refuse(file + "/x.csv", ["file.csv/x.csv: is a file where a folder is needed"])
    }

    @Test(arguments: ["", "\n\n", " \r\n"])
    func anEmptyFile(text: String) throws {
      try refuse(try folder.write("data.csv", text), ["data.csv: the file is empty"])
    }

    @Test func aHeaderOnly() throws {
      try refuse(try folder.write("data.csv", "a,b,c\n"), ["data.csv: there is no data row"])
    }

    @Test func aRaggedRow() throws {
      try refuse(
        try table(rows: 300, row: 40, "1,2"), ["data.csv:41: the row has 2 cells", "has 3"])
    }

    @Test func aWordAmongNumbers() throws {
      try refuse(
        try table(rows: 300, row: 40, "1,seven,3"), ["data.csv:41: column 'b' holds 'seven'"])
    }

    @Test func aColumnThatIsAllMissing() throws {
      let rows = (1...300).map { "\($0 % 7),,\($0 % 3)\n" }.joined()
      try refuse(
        try folder.write("data.csv", "a,b,c\n" + rows), ["column 'b' has no observed value"])
    }

    @Test func notEvenOneWindow() throws {
      try refuse(try table(rows: 23), ["23 rows, but one window has 24"])
      try refuse(
        try table(rows: 29), ["29 rows", "need 30", "mode 'published'"],
        ["--preset", "published-stable"])
      try refuse(try table(rows: 100), ["100 rows", "need 118", "mode 'default'"])
    }

    @Test func bytesThatAreNoText() throws {
      try Files.writeDurably(folder["data.csv"], [0x61, 0x2c, 0x62, 0x0a, 0x31, 0x2c, 0xff, 0x0a])
      try refuse(folder["data.csv"], ["data.csv:2: not UTF-8 text"])
    }

    @Test func aGraphOfTheWrongSize() throws {
      let data = try table(rows: 300)
      let graph = try folder.write("graph.csv", "0,1\n0,0\n")
      try refuse(
        data, ["graph.csv: a graph of 2 variables for data of 3 columns"], ["--true-graph", graph])
      _ = try folder.write("graph.csv", "0,1,0\n0,0,2\n0,0,0\n")
      try refuse(data, ["graph.csv:2: row 2, column 3 is '2'"], ["--true-graph", graph])
      _ = try folder.write("graph.csv", "cause,effect\na,bb\n")
      try refuse(
        data, ["graph.csv:2: no column of the data is called 'bb'"], ["--true-graph", graph])
      try refuse(data, ["gone: no such file"], ["--true-graph", "gone"])
    }
  }
}
