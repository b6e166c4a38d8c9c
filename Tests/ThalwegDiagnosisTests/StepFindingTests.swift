import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// What findings say of steps, updates and groups.
@Suite struct StepFindingTests {
  private func findings(_ rule: Rule, _ build: (inout MadeRun) -> Void) -> [Finding] {
    var run = MadeRun(shape: 1, names: 1)
    build(&run)
    return rule.judge(run.record).findings
  }

  @Test func whetherABadStepWasTakenIsReadWhereItIsRecorded() throws {
    for (updated, text) in [(1.0, "the update of that step was made"), (0, "made no update")] {
      let found = findings(.nonFinite) { run in
        run.add("loss", .loss, [2, 1, .nan, .nan])
        run.add("stepped", .updatedStep, [1, 1, updated, 1])
      }
      let finding = try #require(found.first)
      #expect(finding.text.contains(text), "\(finding.text)")
      #expect(finding.unknown == "which operation made it")
    }
    let silent = findings(.nonFinite) { $0.add("loss", .loss, [2, 1, .nan, .nan]) }
    #expect(silent.first?.unknown?.hasSuffix("and whether the step was taken") == true)
  }

  /// Names, but no figure: nothing was looked at.
  @Test func aRecordWithoutFiguresTellsNothingOfThem() {
    var run = RunRecord(name: "empty")
    var tensor = TensorRecord(path: "a", place: Place(source: 0, position: 1))
    tensor.states = TensorRecord.States()
    run.tensors = [tensor]
    var series = Series(SeriesKey(name: "loss", source: 0), role: .loss)
    for _ in 0..<50 { series.addNil() }
    run.series = [series]
    guard case .cannotTell = Rule.nonFinite.judge(run) else {
      Issue.record("it judges what is not there")
      return
    }
  }

  @Test func aRateOfZeroIsThatOfItsGroup() throws {
    let zeros = [Double](repeating: 0, count: 20)
    let alone = findings(.rateMismatch) { $0.add("learning_rate/0", .learningRate, zeros) }
    #expect(alone.first?.text.hasSuffix("nothing is trained") == true)
    let beside = findings(.rateMismatch) { run in
      run.add("learning_rate/0", .learningRate, zeros)
      run.add("learning_rate/1", .learningRate, zeros.map { _ in 1e-3 })
    }
    let finding = try #require(beside.first)
    #expect(finding.severity == .warning && finding.subjects == ["learning_rate/0"])
    #expect(finding.text.hasSuffix("nothing that has this rate is trained"))
  }

  @Test func aClipAtTheWrongPlaceIsToldOnce() {
    var run = MadeRun(shape: 1, names: 1)
    run.set(["max_grad_norm"], 1)
    run.add("before", .normBeforeClip, [Double](repeating: 20, count: 200))
    run.add("after", .normAfterClip, [Double](repeating: 20, count: 200))
    run.add("order", .clippedAfterUpdate, [Double](repeating: 1, count: 200))
    let rules = Diagnosis(run.record).findings.filter { $0.severity > .info }.map(\.rule)
    #expect(rules == ["clip_misplaced"])
  }

  @Test func whatTheOptimizerHoldsIsNotCalledOutside() throws {
    let found = findings(.notOptimized) { run in
      for (path, change) in [("0.weight", 0.0), ("1.weight", 1e-3)] {
        run.add("gradient", .normBeforeClip, [1, 1, 1], tensor: path)
        run.add("change", .parameterChange, [change, change, change], tensor: path)
        var tensor = TensorRecord(path: path, place: Place(source: 0, position: 1))
        tensor.isOptimized = true
        run.record.tensors.append(tensor)
      }
    }
    let finding = try #require(found.first)
    #expect(finding.text.hasSuffix("the optimizer holds it, so the updates are 0 or round away"))
    #expect(finding.text.contains("while tensors of no larger gradient moved"))
    #expect(finding.unknown?.contains("bfloat16") == true)
  }

  @Test func modulesOfASequenceAreCalledModules() throws {
    let found = findings(.notOptimized) { run in
      for (index, path) in ["0.weight", "0.bias", "1.weight"].enumerated() {
        run.add("gradient", .normBeforeClip, [1, 1, 1], tensor: path)
        var tensor = TensorRecord(path: path, place: Place(source: 0, position: index))
        tensor.isOptimized = index == 2
        run.record.tensors.append(tensor)
      }
    }
    let text = "2 of 2 logged tensors of module 0 are not in the optimizer, and have gradient"
    #expect(found.map(\.text) == [text])
  }

  /// The first tensor's gradient is the smallest, so that only its size says that it should move.
  @Test func theSizeOfAnUpdateIsSaidWhereItIsTheReason() throws {
    let found = findings(.notOptimized) { run in
      run.add("rate", .learningRate, [0.1, 0.1, 0.1])
      for (path, gradient, change) in [("a", 1.0, 0.0), ("b", 2, 0.001)] {
        run.add("gradient", .normBeforeClip, [gradient, gradient, gradient], tensor: path)
        run.add("change", .parameterChange, [change, change, change], tensor: path)
      }
    }
    let text = try #require(found.first).text
    #expect(text.contains("though the rate times the gradient is up to 0.1"), "\(text)")
  }
}
