import Testing
import ThalwegRecord

@Suite struct NameWordsTests {
  @Test(arguments: [
    ("maxGradNorm", "max_grad_norm"), ("max-grad-norm", "max_grad_norm"),
    ("Max grad norm", "max_grad_norm"), ("valF1Score", "val_f1_score"), ("_target_", "target"),
    ("T_max", "t_max"), ("Kendall\u{3C4}=", "kendall\u{3C4}"), ("LR", "lr"), ("...", ""),
    ("\u{1F4C9} \u{C4}rger", "\u{E4}rger"), ("e\u{301}te\u{301}Loss", "e\u{301}te\u{301}loss"),
  ])
  func namesAreWords(name: String, words: String) {
    #expect(NameWords.joined(name) == words)
  }
}
