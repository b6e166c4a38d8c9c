import Testing
import ThalwegDiagnosis
import ThalwegFormats
import ThalwegRecord

/// The claims of the high-gradient case, on its files and on edited copies.
@Suite struct ClaimTests {
  private func results(
    edit: (name: String, from: String, to: String)? = nil
  ) throws -> [Claim.Result] {
    let claims = try Claim.all(in: ConfiguredText.priorityNet(["claims"]).settings)
    let diagnosis = Diagnosis(try ConfiguredText.priorityNet(edit: edit))
    let after = Diagnosis(try ConfiguredText.priorityNet(["after", "terms", "reads", "network"]))
    return claims.map { $0.judged(by: diagnosis, [("after", after)]) }
  }

  private func verdicts(
    edit: (name: String, from: String, to: String)? = nil
  ) throws -> [String: Claim.Verdict] {
    try results(edit: edit).reduce(into: [:]) { $0[$1.claim.id] = $1.verdict }
  }

  /// As the notes on the case have them.
  private static let expected: [(id: String, verdict: Claim.Verdict)] = [
    ("C1", .doesNotHold), ("C2", .doesNotHold), ("C3", .holds), ("C4", .doesNotHold),
    ("C5", .doesNotHold), ("C6", .doesNotHold), ("C7", .doesNotHold), ("L1", .holds),
    ("L2", .doesNotHold), ("L3", .doesNotHold), ("L4", .doesNotHold), ("L5", .doesNotHold),
    ("F1", .holds), ("F2", .doesNotHold), ("F3", .holds), ("F4", .doesNotHold), ("F5", .holds),
    ("F6", .doesNotHold), ("F7", .cannotTell), ("V1", .doesNotHold), ("V2", .cannotTell),
    ("V3", .doesNotHold), ("V4", .cannotTell), ("V5", .doesNotHold), ("O", .doesNotHold),
    ("R", .doesNotHold),
  ]

  @Test func twentySixStatementsHaveTheirVerdicts() throws {
    let results = try results()
    #expect(results.map(\.claim.id) == ClaimTests.expected.map(\.id))
    for (result, expected) in zip(results, ClaimTests.expected) {
      #expect(
        result.verdict == expected.verdict, "\(expected.id): \(result.missing ?? "nothing missing")"
      )
      let isJudged = result.verdict != .cannotTell
      #expect(isJudged ? result.finding != nil : result.missing != nil, "\(expected.id)")
    }
    let measured = results.reduce(into: [:]) { $0[$1.claim.id] = $1.measured }
    #expect(measured["C1"] == 28.9 && measured["L2"] == 5)
    #expect(isNear(measured["C4"] ?? nil, 8e-5 * (0.02 + 0.98 * 2 / 6)))
    #expect(isNear(measured["V1"] ?? nil, 28.9 / 6))
    let floor = try #require(results.first { $0.claim.id == "L2" })
    #expect(floor.beside == [.init("weight", 10), .init("after value_bound", 1)])
  }

  /// No batch normalization, none counted and none recorded are three things.
  @Test func whatIsNotThereIsNotUnrecorded() throws {
    func normalization(_ encoder: String) throws -> [String: Claim.Result] {
      try results(edit: ("stated", "value: true", "value: \(encoder)"))
        .reduce(into: [:]) { $0[$1.claim.id] = $1 }
    }
    let none = try normalization("true")
    let others = none.values.filter { !["C6", "C7", "F6", "V3"].contains($0.claim.id) }
    #expect(others.allSatisfy { !$0.isAbsent })
    for id in ["C6", "C7", "F6", "V3"] {
      let result = try #require(none[id])
      #expect(result.isAbsent && result.measured == nil && result.missing == nil, "\(id)")
      #expect(result.verdict == .doesNotHold)
    }
    #expect(none["C6"]?.beside == [.init("batch_normalizations", 0)])
    let some = try normalization("false")
    for id in ["C7", "F6"] {
      #expect(some[id]?.isAbsent == false && some[id]?.verdict == .cannotTell, "\(id)")
      #expect(some[id]?.missing == "modules_in_evaluation is not recorded")
    }
    #expect(some["V3"]?.measured == 0 && some["V3"]?.isAbsent == false)
    #expect(some["C6"]?.beside == [.init("batch_normalizations", 4)])
  }

  /// What an edit turns over, and what it leaves.
  @Test(arguments: [
    ("stated", "value: 28.9", "value: 150.0", "C1", Claim.Verdict.holds),
    ("stated", "value: 28.9", "value: 1.5", "C1", .cannotTell),
    ("reads", "covers: all_parameters", "covers: model", "C2", .holds),
    ("reads", "  clip:\n    covers: all_parameters\n", "", "C2", .cannotTell),
    ("diagnosed", "learning_rate: 8.0e-5", "learning_rate: 1.0e-3", "C3", .doesNotHold),
    ("diagnosed", "start_factor: 0.02", "start_factor: 0.1", "C4", .holds),
    ("diagnosed", "learning_rate: 8.0e-5", "learning_rate: 9.0e-7", "C5", .holds),
    ("stated", "value: true", "value: false", "C7", .cannotTell),
    ("stated", "value: true", "value: false", "C6", .doesNotHold),
    (
      "network", "- {kind: layer_normalization}\n    - name: conv",
      "- {kind: batch_normalization}\n    - name: conv", "C6", .doesNotHold
    ),
    (
      "terms", "group: calibration\n  - name: variance", "group: range\n  - name: variance", "L1",
      .doesNotHold
    ),
    ("stated", "value: 10.0", "value: 20.0", "L2", .holds),
    ("terms", "reduction: mean\n    note", "reduction: sum\n    note", "L4", .holds),
    ("terms", "unit: scenario", "unit: batch", "F1", .doesNotHold),
    ("changes", "min_variance_weight: 2.0", "min_variance_weight: 20.0", "F3", .doesNotHold),
    ("stated", "value: 0.1", "value: 0.35", "F7", .holds),
    ("stated", "value: 28.9", "value: 60.0", "V1", .cannotTell),
    (
      "terms",
      "validation_terms: [squared_error, ranking]\n    validation_is_weighted: false",
      "validation_terms: [squared_error, ranking, uncertainty, uncertainty_bounds, "
        + "calibration_mean, calibration_max, calibration_range, variance_floor]", "V5", .cannotTell
    ),
  ])
  func editsTurnVerdicts(
    name: String, from: String, to: String, id: String, verdict: Claim.Verdict
  ) throws {
    #expect(try verdicts(edit: (name, from, to))[id] == verdict)
  }

  /// A recorded loss makes what needs it judgeable.
  @Test func whatTheRecordHoldsIsJudged() throws {
    let claim = try #require(
      try Claim.all(
        in: ConfiguredText.run(
          "claims:\n  - {id: a, says: b, rule: string_number, fails_if: found, if_quiet: holds, "
            + "needs_series: loss}\n"
        ).settings
      ).first)
    var run = try ConfiguredText.run("lr: 0.1\n")
    #expect(claim.judged(by: Diagnosis(run)).verdict == .cannotTell)
    run.series = [Series(SeriesKey(name: "loss", source: 0), role: .loss)]
    #expect(claim.judged(by: Diagnosis(run)).verdict == .holds)
    run.settings += try ConfiguredText.run("wd: 1e-4\n").settings
    #expect(claim.judged(by: Diagnosis(run)).verdict == .doesNotHold)
  }

  @Test(arguments: [
    ("a: 1\n", "no claims"), ("claims:\n  - {id: x}\n", "'x': lacks 'says'"),
    ("claims:\n  - {id: x, says: y}\n", "lacks 'rule'"),
    ("claims:\n  - {id: x, says: y, rule: z}\n", "'holds_if' or 'fails_if'"),
    ("claims:\n  - {id: x, says: y, rule: z, holds_if: at_least}\n", "'reported'"),
    ("claims:\n  - {id: x, says: y, rule: z, holds_if: found, colour: 1}\n", "'colour'"),
    (
      "claims:\n  - {id: x, says: y, rule: z, holds_if: found, otherwise: no_idea}\n", "'otherwise'"
    ),
    ("claims:\n  - {id: x, says: y, rule: z, holds_if: found, needs_series: q}\n", "'q'"),
  ])
  func malformedClaimsAreRefused(text: String, part: String) throws {
    let settings = try ConfiguredText.run(text).settings
    do {
      _ = try Claim.all(in: settings)
      Issue.record("was not refused: \(text)")
    } catch {
      #expect("\(error)".contains(part), "\(error)")
    }
  }
}
