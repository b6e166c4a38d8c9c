import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// Logged rates against those of a schedule.
@Suite struct RateMismatchTests {
  /// 8e-5 after a warm-up from 2 % over six epochs, one step an epoch, as PyTorch's LinearLR makes
  /// it: 1.60e-6, 1.47e-5, 2.77e-5, 4.08e-5, 5.39e-5, 6.69e-5, 8.00e-5.
  private static let printed = [1.60e-6, 1.47e-5, 2.77e-5, 4.08e-5, 5.39e-5, 6.69e-5, 8.00e-5]

  private func warmUp(_ progress: Progress) -> Double? {
    progress.epoch.map { 8e-5 * (0.02 + 0.98 * min($0 - 1, 6) / 6) }
  }

  private func logged(_ rates: [Double], first: Int = 0, unit: MadeRun.Unit = .epochs) -> Series {
    var run = MadeRun(shape: 1, names: 1)
    run.add("lr", .learningRate, rates, unit: unit, first: first)
    return run.record.series[0]
  }

  @Test func printedRatesEqualTheScheduleWithinTheirDigits() {
    let judgement = RateMismatch.judge(logged: logged(RateMismatchTests.printed), computed: warmUp)
    #expect(judgement.isQuiet)
  }

  @Test func rateOfTheNextEpochIsOffByOne() throws {
    let late = Array(RateMismatchTests.printed.dropFirst())
    let judgement = RateMismatch.judge(logged: logged(late), computed: warmUp)
    let finding = try #require(judgement.findings.first)
    #expect(finding.severity == .info)
    #expect(finding.text.contains("the rate of the next epoch fits in all of them: off by one"))
    let early = RateMismatchTests.printed
    let other = RateMismatch.judge(logged: logged(early, first: 1), computed: warmUp)
    #expect(other.findings.first?.text.contains("the rate of the epoch before fits") == true)
  }

  @Test func rateOfANeighbouringStepIsOffByOne() throws {
    let schedule = { (progress: Progress) -> Double? in
      progress.step.map { 1e-3 * min(1, Double($0) / 100) }
    }
    let rates = (0...60).compactMap { schedule(Progress(step: $0)) }
    for (shift, text) in [(0, "the rate of the step before"), (2, "the rate of the next step")] {
      let moved = logged(Array(rates.dropFirst(shift)), unit: .steps(every: 1))
      let finding = try #require(
        RateMismatch.judge(logged: moved, computed: schedule).findings.first)
      #expect(finding.text.contains("\(text) fits in all of them: off by one"))
    }
    let exact = logged(Array(rates.dropFirst()), unit: .steps(every: 1))
    #expect(RateMismatch.judge(logged: exact, computed: schedule).isQuiet)
  }

  @Test func factorIsNamed() throws {
    let judgement = RateMismatch.judge(
      logged: logged(RateMismatchTests.printed.map { $0 / 2 }), computed: warmUp)
    let finding = try #require(judgement.findings.first)
    #expect(finding.text.contains("0.5 times that in all records"))
  }

  @Test func twoPercentAreAllowed() {
    for (factor, fires) in [(1.019, false), (1.021, true)] {
      let rates = (0..<20).map { _ in 0.123456789 * factor }
      let judgement = RateMismatch.judge(logged: logged(rates)) { _ in 0.123456789 }
      #expect(judgement.findings.isEmpty != fires)
    }
  }

  @Test func unknownScheduleTellsNothing() {
    guard
      case .cannotTell = RateMismatch.judge(
        logged: logged(RateMismatchTests.printed), computed: { _ in nil })
    else {
      Issue.record("a schedule that knows no place was compared")
      return
    }
  }
}
