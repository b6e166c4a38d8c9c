import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// Pairs of records on either side of a threshold.
@Suite struct ThresholdTests {
  private func made(_ build: (inout MadeRun) -> Void) -> RunRecord {
    var run = MadeRun(shape: 1, names: 1)
    build(&run)
    return run.record
  }

  private func severity(_ rule: Rule, _ build: (inout MadeRun) -> Void) -> Severity? {
    rule.judge(made(build)).findings.map(\.severity).max()
  }

  /// So many of a hundred above the threshold, spread evenly.
  private func norms(_ above: Int, of count: Int = 1000) -> [Double] {
    (0..<count).map { $0 * above % count < above ? 2 : 0.5 }
  }

  @Test func clipIsSaturatedAboveHalf() {
    for (above, wanted) in [(500, nil), (510, Severity.warning), (1000, .warning)] {
      let found = severity(.clipSaturated) { run in
        run.set(["max_grad_norm"], 1)
        run.add("norm", .gradientNorm, norms(above))
      }
      #expect(found == wanted, "\(above)")
    }
  }

  /// How often is a warning; how hard makes it an error.
  @Test func clipIsAnErrorAboveTenTimes() {
    for (norm, wanted) in [(9.9, Severity.warning), (10.1, .error)] {
      let fromNorms = severity(.clipSaturated) { run in
        run.set(["max_grad_norm"], 1)
        run.add("norm", .gradientNorm, norms(600).map { $0 * norm / 2 })
      }
      #expect(fromNorms == wanted, "\(norm)")
      let fromCoefficients = severity(.clipSaturated) { run in
        run.add("coefficient", .clipCoefficient, norms(600).map { $0 > 1 ? 1 / norm : 1 })
      }
      #expect(fromCoefficients == wanted, "\(norm)")
    }
  }

  @Test func batchNormalizationWantsSixteenValues() {
    for (values, batch, wanted) in [
      (2.0, 2.0, Severity.error), (3, 3, .warning), (15, 5, .warning), (16, 3, nil),
      (98, 2, .warning),
    ] {
      let found = severity(.smallBatchNormalization) { run in
        run.add("v", .normalizedValues, [Double](repeating: values, count: 9) + [1], tensor: "bn")
        run.add("b", .normalizedExamples, [Double](repeating: batch, count: 9) + [1], tensor: "bn")
      }
      #expect(found == wanted, "\(values)")
    }
  }

  @Test func termsMeetAboveEightTenths() {
    for (share, wanted) in [(0.79, nil), (0.81, Severity.info), (0.989, .info), (0.991, .warning)] {
      let found = severity(.termGradient) { run in
        for (name, part) in [("a", share), ("b", 1 - share)] {
          run.add("term_shares/\(name)/norm", .termGradient, [1, 1])
          run.add("term_shares/\(name)/shared", .sharedTermGradient, [part, part])
        }
      }
      #expect(found == wanted, "\(share)")
    }
  }

  @Test func stepsAreSkippedAboveATwentieth() {
    for (skipped, wanted) in [(10, nil), (11, Severity.warning), (100, .warning), (101, .error)] {
      let found = severity(.lossScale) { run in
        run.add(
          "skipped", .skippedStep,
          [Double](repeating: 1, count: 200) + (0..<200).map { $0 < skipped ? 1 : 0 })
      }
      #expect(found == wanted, "\(skipped)")
    }
  }

  @Test func clipShareOfFewStepsOrEpochsIsLikely() throws {
    for (count, unit, wanted) in [
      (100, MadeRun.Unit.steps(every: 1), Verdict.established),
      (99, .steps(every: 1), .likely), (200, .epochs, .likely),
    ] {
      let record = made { run in
        run.set(["max_grad_norm"], 1)
        run.add("norm", .normBeforeClip, [Double](repeating: 2, count: count), unit: unit)
      }
      let finding = try #require(Rule.clipSaturated.judge(record).findings.first)
      #expect(finding.verdict == wanted, "\(count) \(unit)")
    }
    let few = made { run in
      run.set(["max_grad_norm"], 1)
      run.add("norm", .gradientNorm, [28.9])
    }
    guard case .cannotTell(let missing) = Rule.clipSaturated.judge(few) else {
      Issue.record("one norm is no share")
      return
    }
    #expect(missing.contains("at least 10"))
  }

  /// A norm and a threshold that is set do not show that anything is clipped.
  @Test func clippingOfWhichNothingIsRecordedIsLikely() throws {
    for (isRecorded, wanted) in [(true, Verdict.established), (false, .likely)] {
      let record = made { run in
        run.set(["max_grad_norm"], 1)
        run.add("norm", .gradientNorm, [Double](repeating: 2, count: 200))
        if isRecorded { run.add("after", .normAfterClip, [Double](repeating: 1, count: 200)) }
      }
      let finding = try #require(Rule.clipSaturated.judge(record).findings.first)
      #expect(finding.verdict == wanted)
      #expect((finding.unknown?.contains("nothing of the clipping itself") ?? false) != isRecorded)
    }
  }

  @Test func coefficientsOfZeroLeaveNothing() throws {
    let record = made { run in
      run.add("coefficient", .clipCoefficient, [Double](repeating: 0, count: 200))
    }
    let finding = try #require(Rule.clipSaturated.judge(record).findings.first)
    #expect(finding.severity == .error)
    #expect(finding.text.hasSuffix("; of the usual gradient it leaves 0"))
  }

  /// A gradient printed as 0.00 may be any below half a hundredth.
  @Test func zeroIsAFactWhereDecimalsShowIt() throws {
    for (other, wanted) in [(0.12, Verdict.likely), (0.12345678, .established)] {
      let record = made { run in
        run.add("norm", .gradientNorm, [other, other, other], tensor: "a.weight")
        run.add("norm", .gradientNorm, [0, 0, 0], tensor: "b.weight")
      }
      let finding = try #require(Rule.zeroGradient.judge(record).findings.first)
      #expect(finding.verdict == wanted)
      let isDoubted = finding.unknown?.contains("it stands for all below 0.005") ?? false
      #expect(isDoubted == (wanted == .likely))
    }
  }

  @Test func aSpikeAboveALevelWithoutScatterHasNoHeight() throws {
    let record = made { run in
      run.add("loss", .loss, (0..<200).map { $0 == 150 ? 5 : 0 })
    }
    let finding = try #require(Rule.spike.judge(record).findings.first)
    #expect(finding.text.contains("where the figures before do not scatter"))
    #expect(!finding.text.contains("infinity"))
  }

  /// Of a series too long to keep, the share lies between two bounds that hold the true one.
  @Test func clipShareOfALongSeriesIsBounded() throws {
    for level in [1.2, 2, 5] {
      var run = MadeRun(shape: 7, names: 7)
      run.set(["max_grad_norm"], 1)
      let norms = run.level(1000, level, noise: 0.8)
      run.add("norm", .gradientNorm, norms)
      let share = Double(norms.filter { $0 > 1 }.count) / 1000
      for stride in [2, 4, 8] {
        run.record.series[0].thin()
        let findings = Rule.clipSaturated.judge(run.record).findings
        let figures = try #require(findings.first).figures
        let low = try #require(figures[0].value)
        let high = try #require(figures[1].value)
        #expect(low <= share && share <= high)
        // Of two, both are kept; of more, the bounds part.
        #expect((low < high) == (stride > 2) && high - low < 0.8)
      }
    }
  }

  @Test func clipIsLooseAboveTenTimes() {
    for (threshold, fires) in [(9.9, false), (10.1, true)] {
      let found = severity(.clipNeverActs) { run in
        run.set(["max_grad_norm"], threshold)
        run.add("norm", .gradientNorm, [Double](repeating: 1, count: 200))
      }
      #expect((found != nil) == fires)
    }
  }

  @Test func normAfterClipMayExceedByAThousandth() {
    for (norm, fires) in [(1.0009, false), (1.0011, true)] {
      let found = severity(.clipNotEffective) { run in
        run.set(["max_grad_norm"], 1)
        run.add("norm", .normAfterClip, [0.123456, norm])
      }
      #expect((found != nil) == fires)
    }
  }

  /// The scatter is 0.1 in logarithms, so its scaled deviation 0.14826; after 128 figures a spike is
  /// 6 (1 + 8 / 128) of them: a ratio of 2.573.
  @Test func spikeLiesSixDeviationsUp() {
    for (ratio, fires) in [(2.54, false), (2.61, true)] {
      let found = severity(.spike) { run in
        var norms = (0..<200).map { exponential($0 % 2 == 0 ? 0.1 : -0.1) }
        norms[150] = ratio
        run.add("norm", .gradientNorm, norms)
      }
      #expect((found != nil) == fires, "\(ratio)")
    }
  }

  @Test func divergenceIsTwiceTheLowest() {
    for (factor, wanted) in [(1.9, nil), (2.1, Severity.error)] {
      let found = severity(.divergence) { run in
        let losses = (0..<200).map { index in
          5 * exponential(-0.02 * Double(min(index, 100))) * (index < 150 ? 1 : factor)
        }
        run.add("loss", .loss, losses)
      }
      #expect(found == wanted)
    }
  }

  @Test func partsMissTheLossByAThousandth() {
    for (factor, fires) in [(1.0009, false), (1.0011, true)] {
      let found = severity(.lossParts) { run in
        let made = run.parts(3, records: 20)
        run.add("loss", .loss, made.loss.map { $0 * factor })
        for (part, weight) in zip(made.parts, made.weights) {
          run.add(run.name(), .weightedTerm, part.map { $0 * weight })
        }
      }
      #expect((found != nil) == fires)
    }
  }

  @Test func partDominatesAboveEightTenths() {
    for (share, fires) in [(0.79, false), (0.81, true)] {
      let found = severity(.termDominance) { run in
        run.add("a", .termShare, [share, share])
        run.add("b", .termShare, [1 - share, 1 - share])
      }
      #expect((found != nil) == fires)
    }
  }

  @Test func oneRecordHasNoMean() throws {
    let record = made { run in
      run.add("a", .termShare, [0.9])
      run.add("b", .termShare, [0.1])
    }
    let finding = try #require(Rule.termDominance.judge(record).findings.first)
    #expect(finding.text.contains("of the loss's value, in the one record; "))
  }

  @Test func warmUpIsCoarseAboveThreefold() {
    for (factor, fires) in [(2.9, false), (3.1, true)] {
      let found = severity(.warmupCoarse) { run in
        let rates = (0..<50).map { $0 == 0 ? 1e-3 / factor : 1e-3 }
        run.add("lr", .learningRate, rates, unit: .epochs)
      }
      #expect((found != nil) == fires)
    }
  }
}
