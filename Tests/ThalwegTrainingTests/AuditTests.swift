import Testing
import ThalwegAutodiff
import ThalwegNN
import ThalwegTensor
import ThalwegTraining

@Suite struct AuditTests {
  private static let encoder = ["encoder.weight", "encoder.bias"]
  private static let decoder = ["decoder.weight", "decoder.bias"]

  private func audit(
    _ experiment: PlantedExperiment, frozen: [String] = [], batches: Int = 8
  ) throws -> Audit {
    let optimizer = OptimizerConfiguration(
      groups: frozen.map { ParameterGroup($0, isFrozen: true) })
    return try Audit(
      experiment,
      TrainingConfiguration(epochs: 1, batchSize: 4, seed: 2, optimizer: optimizer),
      on: try Machine(threads: 1), largestBatchCount: batches)
  }

  private func end(_ audit: Audit, _ path: String, _ term: String = "error") throws -> PathEnd {
    guard case .noPath(let end)? = audit.reach(path, from: term) else {
      throw Unexpected(reach: audit.reach(path, from: term))
    }
    return end
  }

  private struct Unexpected: Error { let reach: Reach? }

  private func isLive(_ reach: Reach?) -> Bool {
    if case .live(let norm)? = reach { norm > 0 } else { false }
  }

  @Test func healthyModelHasNoFinding() throws {
    let experiment = PlantedExperiment { model, x, pass in
      let y = model.decoder(model.encoder(x, pass), pass)
      pass.minimize("error", y.square().mean())
      pass.minimize("shift", (y + 1).square().sum(), weight: 0.1)
    }
    let before = Array(experiment.parameters.values.bytes)
    let found = try audit(experiment)
    #expect(found.tensors.map(\.path) == Self.encoder + Self.decoder)
    #expect(found.tensors.map(\.shape) == [[3, 4], [4], [4, 2], [2]])
    #expect(found.elementCount == 26)
    #expect(found.terms == ["error", "shift"])
    #expect(found.findings.count == 8)
    #expect(found.findings.allSatisfy { isLive($0.reach) })
    #expect(found.unreached.isEmpty)
    #expect(found.batches == 3)
    #expect(found.emptyBatches == 0)
    #expect(try audit(experiment, batches: 2).batches == 2)
    #expect(Array(experiment.parameters.values.bytes) == before)
  }

  @Test func unusedParametersAreNamed() throws {
    let found = try audit(
      PlantedExperiment { model, x, pass in
        pass.minimize("error", model.encoder(x, pass).square().mean())
      })
    #expect(found.unreached == Self.decoder)
    for path in Self.decoder {
      let end = try end(found, path)
      #expect(end.kind == .unused)
      #expect(end.operation == nil && end.module == nil && end.terms.isEmpty)
    }
    for path in Self.encoder { #expect(isLive(found.reach(path, from: "error"))) }
  }

  @Test func cutIsNamedWithItsModule() throws {
    let found = try audit(
      PlantedExperiment { model, x, pass in
        let hidden = model.within(model.decoder, pass) {
          model.encoder(x, pass).square().stopGradient()
        }
        pass.minimize("error", model.decoder(hidden, pass).square().mean())
      })
    #expect(found.unreached == Self.encoder)
    for path in Self.encoder {
      let end = try end(found, path)
      #expect(end.kind == .cut)
      #expect(end.operation == "stopGradient")
      #expect(end.module == "decoder")
      #expect(end.terms == ["error"])
    }
  }

  /// Of several cuts the one that stands between this parameter and this term.
  @Test func eachTermNamesItsOwnCut() throws {
    let found = try audit(
      PlantedExperiment { model, x, pass in
        let hidden = model.encoder(x, pass)
        let first = model.within(model.encoder, pass) { hidden.stopGradient() }
        let second = model.within(model.decoder, pass) { hidden.stopGradient() }
        pass.minimize("early", first.square().mean())
        pass.minimize("late", model.decoder(second, pass).square().mean())
      })
    #expect(try end(found, "encoder.weight", "early").module == "encoder")
    #expect(try end(found, "encoder.weight", "late").module == "decoder")
    #expect(try end(found, "decoder.weight", "early").kind == .elsewhere)
    #expect(isLive(found.reach("decoder.weight", from: "late")))
  }

  @Test func branchWithoutUseIsDropped() throws {
    let found = try audit(
      PlantedExperiment { model, x, pass in
        let hidden = model.encoder(x, pass)
        _ = model.within(model.decoder, pass) { model.decoder(hidden, pass).relu() }
        pass.minimize("error", hidden.square().mean())
      })
    #expect(found.unreached == Self.decoder)
    for path in Self.decoder {
      let end = try end(found, path)
      #expect(end.kind == .dropped)
      #expect(end.operation == "relu")
      #expect(end.module == "decoder")
      #expect(end.terms.isEmpty)
    }
  }

  @Test func termThatDoesNotSeeAParameterNamesThoseThatDo() throws {
    let found = try audit(
      PlantedExperiment { model, x, pass in
        let hidden = model.encoder(x, pass)
        pass.minimize("size", hidden.absolute().mean())
        pass.minimize("error", model.decoder(hidden, pass).square().mean())
        pass.minimize("bias", pass[model.decoder.bias].square().sum())
      })
    #expect(found.unreached.isEmpty)
    let end = try end(found, "decoder.bias", "size")
    #expect(end.kind == .elsewhere)
    #expect(end.terms == ["error", "bias"])
    #expect(try self.end(found, "decoder.weight", "size").terms == ["error"])
    #expect(isLive(found.reach("decoder.bias", from: "bias")))
    #expect(isLive(found.reach("encoder.bias", from: "size")))
  }

  @Test func pathThatCarriesZeroIsZero() throws {
    let found = try audit(
      PlantedExperiment { model, x, pass in
        let hidden = model.encoder(x, pass)
        let silenced = hidden * pass.constant([0.0], Shape(1))
        pass.minimize("error", model.decoder(silenced, pass).square().mean())
      })
    for path in Self.encoder { #expect(found.reach(path, from: "error") == .zero) }
    #expect(found.reach("decoder.weight", from: "error") == .zero)
    #expect(isLive(found.reach("decoder.bias", from: "error")))
    // A path that carries 0 is a path.
    #expect(found.unreached.isEmpty)
  }

  @Test func frozenIsSaidOfEveryTerm() throws {
    let experiment = PlantedExperiment { model, x, pass in
      pass.minimize("error", model.decoder(model.encoder(x, pass), pass).square().mean())
    }
    let found = try audit(experiment, frozen: ["encoder.*"])
    for path in Self.encoder { #expect(found.reach(path, from: "error") == .frozen) }
    for path in Self.decoder { #expect(isLive(found.reach(path, from: "error"))) }
    #expect(found.unreached.isEmpty)
    // The next audit, which freezes nothing, is not told of the last one's freezing.
    #expect(try audit(experiment).findings.allSatisfy { isLive($0.reach) })
  }

  @Test func gradientThatIsNotFiniteIsCounted() throws {
    let found = try audit(
      PlantedExperiment { model, x, pass in
        pass.minimize("error", pass[model.encoder.bias].affine(scale: 0).squareRoot().sum())
      })
    #expect(found.reach("encoder.bias", from: "error") == .nonFinite(count: 4))
  }

  /// An audit looks at a model in training and is no step of it.
  @Test func proposalsOfAnAuditAreNotKept() throws {
    var proposals = 0
    var state: StateTensor?
    let experiment = PlantedExperiment { model, x, pass in
      guard let state else { return }
      pass.propose(state, pass[state] + 1)
      proposals += 1
      pass.minimize("error", model.decoder(model.encoder(x, pass), pass).square().mean())
    }
    state = experiment.parameters.registerState("seen", [3]) { Double($0) }
    let found = try audit(experiment)
    #expect(proposals == 3 && found.tensors.count == 4)
    let kept = try #require(state)
    #expect(experiment.parameters.tensor(kept).doubles == [0, 1, 2])
  }

  /// What one batch does not show another may.
  @Test func strongestOfAllBatchesCounts() throws {
    var batch = 0
    let experiment = PlantedExperiment { model, x, pass in
      batch += 1
      if batch == 1 { return }
      let hidden = model.encoder(x, pass)
      let factor = pass.constant([batch == 3 ? 1.0 : 0], Shape(1))
      pass.minimize("error", (hidden * factor).square().mean())
    }
    let found = try audit(experiment)
    #expect(found.batches == 3)
    #expect(found.emptyBatches == 1)
    #expect(isLive(found.reach("encoder.weight", from: "error")))
    #expect(found.reach("encoder.weight", from: "nothing") == nil)
  }

  /// Batches of half the gradient and of none take nothing back, wherever they stand.
  @Test(arguments: [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]])
  func weakerBatchesChangeNothing(_ factors: [Double]) throws {
    var batch = 0
    let experiment = PlantedExperiment { model, _, pass in
      pass.minimize("error", pass[model.encoder.bias].affine(scale: factors[batch]).sum())
      batch += 1
    }
    // Four entries of 1.
    #expect(try audit(experiment).reach("encoder.bias", from: "error") == .live(norm: 2))
  }
}
