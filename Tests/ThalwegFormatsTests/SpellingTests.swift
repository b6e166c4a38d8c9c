import Testing
import ThalwegFormats

@Suite struct SpellingTests {
  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("ab", "ba", 1),
    ("learnnig_rate", "learning_rate", 1), ("abc", "abc", 0), ("train", "trian", 1),
    ("ca", "abc", 3),
  ])
  func distance(_ first: String, _ second: String, _ expected: Int) {
    #expect(Spelling.distance(first, second) == expected)
    #expect(Spelling.distance(second, first) == expected)
  }

  @Test func nearestIsNearEnoughOrNone() {
    let verbs = ["train", "audit", "diagnose", "replay"]
    #expect(Spelling.nearest("trian", in: verbs) == "train")
    #expect(Spelling.nearest("dignose", in: verbs) == "diagnose")
    #expect(Spelling.nearest("report", in: verbs) == nil)
    #expect(Spelling.nearest("x", in: verbs) == nil)
    #expect(Spelling.nearest("tran", in: ["trap", "train"]) == "trap")
    #expect(Spelling.nearest("train", in: []) == nil)
  }
}
