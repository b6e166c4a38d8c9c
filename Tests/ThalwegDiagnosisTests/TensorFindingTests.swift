import Testing
import ThalwegDiagnosis
import ThalwegRecord

/// What is said of tensors: figures of a published log of one optimizer step, printed with eight
/// decimals, in which nobody saw that one module is never reached.
@Suite struct TensorFindingTests {
  private static let module = "encoder_module.spatiotemporal_encoder"

  /// Gradient norm, norm before and after the step, change.
  private static let figures: [(path: String, values: [Double])] = [
    ("decoder.projection.weight", [0.11222508, 2.76386905, 2.76344228, 0.00042677]),
    ("graph.celestial_key_projection.bias", [0, 0, 0.00000061, 0.00000061]),
    ("encoder_module.spatiotemporal_encoder.project.weight", [0, 27.80315208, 27.80315208, 0]),
    ("encoder_module.spatiotemporal_encoder.project.bias", [0, 0, 0, 0]),
    ("encoder_module.spatiotemporal_encoder.back.weight", [0, 27.78366852, 27.78366852, 0]),
    ("encoder_module.spatiotemporal_encoder.back.bias", [0, 0, 0, 0]),
    ("graph.query.weight", [0.01371773, 10.48536015, 10.48238087, 0.00297928]),
    ("decoder.celestial_projection.weight", [0.01993723, 11.77490520, 11.77490520, 0]),
    ("decoder.celestial_projection.bias", [0.00268292, 2.11233163, 2.11233163, 0]),
    ("embedding.projection.weight", [0.00548877, 20.39607811, 20.39452744, 0.00155067]),
    ("embedding.value.weight", [0.0026, 20.42152977, 20.41782761, 0.00370216]),
  ]

  private func record(
    renamed module: String = TensorFindingTests.module, gradient: Double? = nil
  ) -> RunRecord {
    var run = MadeRun(shape: 1, names: 1)
    for (index, one) in TensorFindingTests.figures.enumerated() {
      let path = one.path.replacing(TensorFindingTests.module, with: module)
      let isDead = one.path.hasPrefix(TensorFindingTests.module)
      let first = isDead ? gradient ?? one.values[0] : one.values[0]
      let roles: [(String, Role)] = [
        ("grad_norm", .gradientNorm), ("weight_norm_before", .parameterNorm),
        ("weight_norm_after", .parameterNormAfter), ("weight_change", .parameterChange),
      ]
      for (column, (name, role)) in roles.enumerated() {
        run.add(
          name, role, [column == 0 ? first : one.values[column]], tensor: path, unit: .batches,
          line: index * 5 + column + 60)
      }
    }
    return run.record
  }

  @Test func moduleWithoutGradientIsNamed() throws {
    let finding = try #require(Rule.zeroGradient.judge(record()).findings.first)
    #expect(
      finding.text == "4 of 4 logged tensors of \(TensorFindingTests.module) have gradient "
        + "0.00000000 in 1 of 1 records; their norms did not change")
    #expect(finding.severity == .error)
    #expect(finding.verdict == .established)
    #expect(finding.unknown?.contains("the record cannot tell zero from no path") == true)
    #expect(Rule.zeroGradient.judge(record()).findings.count == 1)
  }

  @Test func renamedModuleRenamesTheFinding() throws {
    let finding = try #require(
      Rule.zeroGradient.judge(record(renamed: "body.other")).findings.first)
    #expect(finding.subjects.first == "body.other")
    #expect(finding.text.hasPrefix("4 of 4 logged tensors of body.other have"))
  }

  @Test func figuresOtherThanZeroRemoveIt() {
    #expect(Rule.zeroGradient.judge(record(gradient: 0.00000001)).isQuiet)
  }

  @Test func statedInventoryCountsWhatIsNotRecorded() throws {
    var record = record()
    record.settings.append(
      Setting(
        path: ["tensors", TensorFindingTests.module], value: .number(37), text: "37",
        origin: .stated("a checkpoint"), place: Place(source: 0, position: 1)))
    let finding = try #require(Rule.zeroGradient.judge(record).findings.first)
    #expect(finding.text.hasSuffix("; 33 of 37 not recorded"))
    #expect(finding.figures.contains(.init("not recorded", 33)))
  }

  @Test func statesTellNoPathFromZero() throws {
    for isPath in [true, false] {
      var record = record()
      for one in TensorFindingTests.figures where one.path.hasPrefix(TensorFindingTests.module) {
        var tensor = TensorRecord(path: one.path, place: Place(source: 0, position: 1))
        var states = TensorRecord.States()
        if isPath { states.zero = 1 } else { states.noPath = 1 }
        tensor.states = states
        record.tensors.append(tensor)
      }
      let finding = try #require(Rule.zeroGradient.judge(record).findings.first)
      #expect(finding.unknown == nil)
      #expect(finding.text.contains(isPath ? "have gradient 0.00000000" : "have no gradient"))
    }
  }

  @Test func biasOfKeysIsRoundedAndLikelyStructural() throws {
    let findings = Rule.roundedToZero.judge(record()).findings
    #expect(findings.map(\.subjects) == [["graph.celestial_key_projection.bias"]])
    let finding = try #require(findings.first)
    #expect(finding.verdict == .likely && finding.severity == .info)
    #expect(finding.text.contains("moved by 6.1e-07 though its gradient is printed 0.00000000"))
    #expect(finding.text.contains("structural zero"))
  }

  @Test func tensorsThatDoNotMoveAreToldByTheirModule() throws {
    let findings = Rule.notOptimized.judge(record()).findings
    #expect(findings.map { $0.subjects.first } == ["decoder.celestial_projection"])
    let finding = try #require(findings.first)
    #expect(finding.severity == .warning && finding.verdict == .likely)
    #expect(finding.text.contains("up to 0.01994"))
  }

  @Test func changeIsADifferenceOfNorms() throws {
    let finding = try #require(Rule.differenceOfNorms.judge(record()).findings.first)
    #expect(finding.text.contains("a lower bound of how far it moved"))
    #expect(Rule.contradiction.judge(record()).isQuiet)
  }

  /// A decay of weights shrinks a tensor that has no gradient; that is not a gradient.
  @Test func decayOfWeightsIsNoGradient() throws {
    var run = MadeRun(shape: 2, names: 2)
    let names = run.tensorNames()
    run.live(names)
    run.tensor("dead.weight", gradient: 0, change: -1e-4, from: 4, names)
    let finding = try #require(Rule.zeroGradient.judge(run.record).findings.first)
    #expect(finding.subjects.contains("dead.weight"))
    #expect(finding.text.contains("as a decay of weights moves them"))
    #expect(Rule.roundedToZero.judge(run.record).isQuiet)
  }
}
