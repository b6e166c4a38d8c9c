import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// What lies under the rules, against figures from outside: those of C's printf and of least
/// squares that are solved by hand. It is seen through the rules, which are all that other modules
/// may call.
@Suite struct ReadingTests {
  /// A share is told with the digits that printf gives it.
  @Test func figuresAreSpelledAsPrintfSpellsThem() throws {
    var draws = Draws(3)
    for _ in 0..<500 {
      let norm = draws.scale(1e-12, 1e15)
      var run = MadeRun(shape: 1, names: 1)
      run.set(["max_grad_norm"], norm / 3)
      run.add("norm", .gradientNorm, [norm])
      let finding = try #require(Rule.normBeforeClip.judge(run.record).findings.first)
      let words = finding.text.split(separator: " ")
      let shown = try #require(words.firstIndex(of: "reaches").map { words[$0 + 1] })
      #expect(Double(shown) == Double(formatted(norm, "%.4g")), "\(norm): \(shown)")
    }
  }

  /// The weights that parts were made with are the ones that are told.
  @Test func fittedWeightsAreThoseOfTheLoss() throws {
    for seed in 1...20 {
      var run = MadeRun(shape: seed, names: seed)
      let made = run.parts(3, records: 30)
      run.add("loss", .loss, made.loss)
      for (index, part) in made.parts.enumerated() {
        run.add("part\(index)", .term, part)
        run.set(["part\(index)_weight"], made.weights[index] + 1)
      }
      let finding = try #require(Rule.lossParts.judge(run.record).findings.first)
      for weight in made.weights {
        #expect(finding.text.contains(" \(shown(weight, 3))"), "\(finding.text): \(made.weights)")
      }
    }
  }

  private func shown(_ value: Double, _ digits: Int) -> String {
    let text = "\(Double(formatted(value, "%.\(digits)g")) ?? .nan)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A part that is the sum of two others leaves the loss explained.
  @Test func partsThatDependOnEachOtherExplainTheLoss() {
    var run = MadeRun(shape: 4, names: 4)
    let made = run.parts(2, records: 30)
    run.add("loss", .loss, made.loss)
    run.add("a", .term, made.parts[0])
    run.add("b", .term, made.parts[1])
    run.add("c", .term, zip(made.parts[0], made.parts[1]).map { $0 + $1 })
    #expect(Rule.lossParts.judge(run.record).isQuiet)
  }

  /// Figures in two files belong together by their step, whatever their lines.
  @Test func figuresOfTwoFilesMeetAtTheirSteps() throws {
    var run = MadeRun(shape: 5, names: 5)
    let losses = run.falling(100, from: 3, to: 1)
    run.add("loss", .loss, losses, unit: .steps(every: 1))
    run.source()
    let tens = (0..<10).map { losses[($0 + 1) * 10 - 1] }
    run.add("loss", .loss, tens, unit: .steps(every: 10), line: 500)
    #expect(Rule.contradiction.judge(run.record).isQuiet)
    run.record.series.removeLast()
    run.add("loss", .loss, tens.map { $0 * 2 }, unit: .steps(every: 10), line: 500)
    let finding = try #require(Rule.contradiction.judge(run.record).findings.first)
    #expect(finding.text.contains("in 10 of 10 common records, first at step 10"))
    #expect(finding.text.contains("2 times the first in all"))
  }
}
