import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// What is said of losses that rise, or seem to.
@Suite struct DivergenceTests {
  private func findings(_ rule: Rule, _ build: (inout MadeRun) -> Void) -> [Finding] {
    var run = MadeRun(shape: 1, names: 1)
    build(&run)
    return rule.judge(run.record).findings
  }

  /// Figures of which each hangs on the one before it, as losses of an actor or a value.
  private func wandering(_ seed: Int, _ count: Int = 400) -> [Double] {
    var draws = Draws(seed)
    var figure = 0.0
    return (0..<count).map { _ in
      figure = 0.95 * figure + 0.02 * draws.normal()
      return figure
    }
  }

  @Test func wanderingIsNoDivergence() {
    for seed in 1...20 {
      let figures = wandering(seed)
      for level in [0.0, 1] {
        let raised: [Double] = figures.map { level + $0 }
        let found = findings(.divergence) { run in run.add("loss", .loss, raised) }
        #expect(found.allSatisfy { $0.severity == .info }, "\(seed): \(found.map(\.text))")
        #expect(found.allSatisfy { $0.verdict == .likely })
      }
    }
  }

  @Test func wavesAreNoDivergence() {
    for shift in 0..<20 {
      for level in [0.0, 2] {
        let figures: [Double] = (0..<400).map { index in
          level + cosine(.pi * Double(index + 20 * shift) / 50)
        }
        let found = findings(.divergence) { run in run.add("loss", .loss, figures) }
        #expect(found.allSatisfy { $0.severity == .info }, "\(shift): \(found.map(\.text))")
      }
    }
  }

  /// What wanders may diverge all the same.
  @Test func aRiseBeyondAllWanderingIsOne() {
    for seed in 1...20 {
      let figures: [Double] = wandering(seed).enumerated().map { index, figure in
        1 + figure + 0.1 * Double(max(0, index - 300))
      }
      let found = findings(.divergence) { run in run.add("loss", .loss, figures) }
      #expect(found.map(\.severity) == [.critical], "\(seed): \(found.map(\.text))")
    }
  }

  /// Levels are medians; the figures beside them are those of the record.
  @Test func figuresAreThoseOfTheRecord() throws {
    var losses: [Double] = (0..<60).map { $0 < 30 ? 2 : 2 * power(1.5, Double($0 - 29)) }
    losses[20] = 1
    losses += [.infinity, .infinity]
    let found = findings(.divergence) { run in run.add("loss", .loss, losses) }
    let finding = try #require(found.first)
    #expect(finding.severity == .critical)
    #expect(finding.text.contains("its smallest figure is 1 at step 21"))
    #expect(finding.text.contains("its last infinity at step 62"))
    #expect(finding.text.contains("finite records"))
  }

  @Test func aLossThatRisesIsNoPlateau() {
    let found = findings(.plateau) { run in
      run.add("loss", .loss, (0..<100).map { power(1.05, Double($0)) })
    }
    #expect(found.isEmpty)
  }

  /// A loss that is lower at last, though not surely, raises no alarm.
  @Test func aFallWithinTheNoiseIsTold() throws {
    var severities: Set<Severity> = []
    for seed in 1...20 {
      for factor in [0.93, 1] {
        var run = MadeRun(shape: seed, names: seed)
        let losses: [Double] = run.level(40, 1, noise: 0.05).enumerated().map { index, loss in
          index < 20 ? loss : factor * loss
        }
        run.add("loss", .loss, losses)
        for finding in Rule.plateau.judge(run.record).findings
        where finding.text.hasPrefix("no fall of loss shows beyond its noise") {
          let first = try #require(finding.figures[0].value)
          let last = try #require(finding.figures[1].value)
          #expect((finding.severity == .info) == (first > last * exponential(0.05)))
          severities.insert(finding.severity)
        }
      }
    }
    #expect(severities == [.info, .warning])
  }

  @Test func aRateThatDroppedIsNotCalledUndecayed() throws {
    let found = findings(.plateau) { run in
      let losses = (0..<300).map { 1 + 4 * exponential(-Double($0) / 20) }
      run.add("loss", .loss, losses.map { $0 * exponential(0.02 * run.draws.normal()) })
      run.add("lr", .learningRate, (0..<300).map { $0 < 200 ? 1e-3 : 2e-4 })
    }
    let finding = try #require(found.first)
    #expect(finding.text.hasSuffix("; the rate ends at 0.0002, 20 % of its largest"))
  }
}
