import Testing
import ThalwegRCGNN

@Suite struct GraphParseTests {
  private let names = ["a", "b", "c"]

  private func parse(
    _ text: String, _ orientation: GraphOrientation = .rowCausesColumn
  ) throws(GraphError) -> Graph {
    try Graph.parse(
      Array(text.utf8), names: names, source: "g.csv", orientation: orientation,
      nearest: { name, known in known.first { $0 == name.lowercased() } })
  }

  @Test(arguments: [
    "0,1,0\n0,0,1\n0,0,0\n", "\u{FEFF}0, 1 ,0\r\n0,0,1\r\n\r\n0,0,0", "0;1;0\n0;0;1\n0;0;0",
    "0.0 1e0 0\n0 0 1.000\n0 0 0", "a,b,c\n0,1,0\n0,0,1\n0,0,0",
    "\"c\",\"a\",\"b\"\n0,0,0\n0,0,1\n1,0,0\n", "cause,effect\na,b\nb,c\n",
    "Cause;Effect\nb;c\na;b\nb;c",
  ])
  func readsWhatPeopleWrite(text: String) throws {
    let expected = [Edge(cause: 0, effect: 1), Edge(cause: 1, effect: 2)]
    #expect(try parse(text).edges == expected)
  }

  @Test func orientationIsAboutMatrices() throws {
    let matrix = "0,1,0\n0,0,1\n0,0,0\n"
    #expect(try parse(matrix, .rowCausedByColumn) == parse(matrix).transposed)
    let edges = "cause,effect\na,b\n"
    #expect(try parse(edges, .rowCausedByColumn) == parse(edges))
    #expect(GraphOrientation(rawValue: "row_caused_by_column") == .rowCausedByColumn)
  }

  @Test func namesOrderRowsAndColumnsTogether() throws {
    let graph = try parse("c,a,b\n0,1,0\n0,0,0\n0,0,0\n", .rowCausedByColumn)
    #expect(graph.edges == [Edge(cause: 0, effect: 2)])
  }

  @Test func saysWhereAndWhatToChange() {
    let cases: [(String, GraphError, String)] = [
      ("", .empty(source: "g.csv"), "cause,effect"),
      ("0,1,0\n0,0,1\n", .notSquare(source: "g.csv", rows: 2, columns: 3), "2 rows and 3 columns"),
      (
        "0,1,0\n0,0,1\n0,0,0\n0,0,0", .notSquare(source: "g.csv", rows: 4, columns: 3),
        "4 rows and 3 columns"
      ),
      (
        "0,1,0\n0,1\n0,0,0", .raggedRow(source: "g.csv", line: 2, cells: 2, expected: 3),
        "g.csv:2: 2 cells where the first line has 3"
      ),
      (
        "0,1\n0,0", .sizeDiffers(source: "g.csv", variables: 2, columns: 3),
        "2 variables for data of 3 columns"
      ),
      (
        "a,b,c\n\n0,1,0\n0,0.5,1\n0,0,0",
        .badCell(source: "g.csv", line: 4, row: 2, column: 2, text: "0.5"),
        "g.csv:4: row 2, column 2 is '0.5'"
      ),
      (
        "0,nan,0\n0,0,1\n0,0,0", .badCell(source: "g.csv", line: 1, row: 1, column: 2, text: "nan"),
        "write 0 or 1"
      ),
      (
        "a,B,c\n0,1,0\n0,0,1\n0,0,0",
        .unknownName(source: "g.csv", line: 1, name: "B", nearest: "b"), "did you mean 'b'?"
      ),
      (
        "cause,effect\na,b\na,q\n",
        .unknownName(source: "g.csv", line: 3, name: "q", nearest: nil),
        "g.csv:3: no column of the data is called 'q'"
      ),
      (
        "a,b,a\n0,1,0\n0,0,1\n0,0,0", .repeatedName(source: "g.csv", line: 1, name: "a"),
        "'a' stands twice"
      ),
      (
        "cause,effect\na,b,0.3\n", .badEdge(source: "g.csv", line: 2, cells: 3),
        "an edge has two, cause and effect"
      ),
    ]
    for (text, expected, words) in cases {
      let error = #expect(throws: GraphError.self) { try parse(text) }
      #expect(error == expected)
      #expect(error?.description.contains(words) == true)
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test(
    .enabled(if: TestFiles.exists(TestFiles.sachsGraph), "real data absent: sachs_graph.csv"))
  func sachsIsAcyclicOfSeventeenEdges() throws {
    let graph = try Graph.parse(
      TestFiles.bytes(TestFiles.sachsGraph), names: (0..<11).map { "p\($0)" }, source: "sachs")
    #expect(graph.edges.count == 17)
    #expect(graph.firstCycle() == nil)
  }

  @Test(
    .enabled(
      if: TestFiles.exists(TestFiles.lorenzGraph), "real data absent: lorenz96_F10_1_graph.csv"))
  func lorenzFileIsOurGraph() throws {
    let ours = Lorenz96(variables: 10, forcing: 10).graph
    let theirs = try Graph.parse(
      TestFiles.bytes(TestFiles.lorenzGraph), names: ours.names, source: "lorenz",
      orientation: .rowCausedByColumn)
    #expect(theirs == ours)
  }
}
