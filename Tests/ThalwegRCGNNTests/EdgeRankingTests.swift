import Testing
import ThalwegRCGNN

@Suite struct EdgeRankingTests {
  @Test func figuresOfScikitLearn() throws {
    let fixtures = try Fixtures()
    for number in 0..<5 {
      let key = "ranking.\(number)"
      let adjacency = try fixtures.flags(key + ".truth")
      let size = (1...adjacency.count).first { $0 * $0 >= adjacency.count } ?? 0
      let truth = Graph(names: (0..<size).map { "v\($0)" }, adjacency: adjacency)
      let scores = try fixtures[key + ".scores"]
      let figures = GraphEntries.allCases.flatMap { entries in
        let ranking = EdgeRanking(scores: scores, truth: truth, entries: entries)
        return [ranking.auroc, ranking.auprc].compactMap { $0 }
      }
      #expect(agree(figures, try fixtures[key + ".expected"]))
    }
  }

  @Test func whatCannotBeSaidIsNil() {
    let names = ["a", "b"]
    let scores = [0.1, 0.2, 0.3, 0.4]
    let none = Graph(names: names, edges: [])
    let nothing = EdgeRanking(scores: scores, truth: none, entries: .all)
    #expect(nothing.auroc == nil && nothing.auprc == nil)
    let all = Graph(names: names, adjacency: [false, true, true, false])
    let onlyEdges = EdgeRanking(scores: scores, truth: all, entries: .offDiagonal)
    #expect(onlyEdges.auroc == nil && onlyEdges.auprc == 1)
    let broken = EdgeRanking(scores: [0, .nan, 1, 0], truth: all, entries: .all)
    #expect(broken.auroc == nil && broken.auprc == nil)
    // A broken score on the diagonal is none of the off-diagonal's business.
    let half = Graph(names: names, adjacency: [false, true, false, false])
    let kept = EdgeRanking(scores: [.nan, 1, 0, .nan], truth: half, entries: .offDiagonal)
    #expect(kept.auroc == 1 && kept.auprc == 1)
  }
}
