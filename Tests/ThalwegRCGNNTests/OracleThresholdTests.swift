import Testing
import ThalwegRCGNN

@Suite struct OracleThresholdTests {
  private let truth = Graph(names: ["a", "b"], edges: [Edge(cause: 0, effect: 1)])

  @Test func candidatesAreThoseOfNumPy() throws {
    #expect(OracleThreshold.candidates == (try Fixtures()["linspace"]))
  }

  @Test func tiesGoToTheFirstThreshold() {
    // Sixteen entries of 0.5 among zeros, as published: every threshold below 0.5 gives the same.
    let truth = Graph.airQualityOpinion
    var scores = Array(repeating: 0.0, count: 169)
    for index in 0..<16 { scores[index] = 0.5 }
    let best = OracleThreshold(scores: scores, truth: truth)
    #expect(best?.threshold == 0)
    #expect(best?.metrics.edgeCount == 16)
  }

  @Test func takesTheThresholdOfTheHighestF1() {
    // Above 0.6 the right edge stands alone; an entry equal to a threshold is not an edge.
    let best = OracleThreshold(scores: [0.6, 0.9, 0.3, 0], truth: truth)
    #expect(best?.threshold == OracleThreshold.candidates[12])
    #expect(best?.metrics.f1 == 1)
  }

  @Test func theDiagonalCounts() {
    let best = OracleThreshold(scores: [1, 0.5, 0, 1], truth: truth)
    #expect(best?.metrics.falsePositives == 2)
  }

  @Test func nothingBeatsZero() {
    #expect(OracleThreshold(scores: [1, 0, 1, 1], truth: truth) == nil)
  }
}
