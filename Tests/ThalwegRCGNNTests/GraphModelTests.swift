import Testing
import ThalwegAutodiff
import ThalwegRCGNN
import ThalwegRecord
import ThalwegTensor
import ThalwegTraining

@Suite struct GraphModelTests {
  @Test func auditFindsEveryParameterAlive() throws {
    let model = try MadeModel("default")
    let audit = try Audit(
      model.experiment, model.experiment.configuration.training, on: try Machine(threads: 1))
    #expect(audit.terms == ["reconstruction", "sparsity"])
    #expect(audit.elementCount == 5230)
    for path in model.parameters.paths {
      guard case .live? = audit.reach(path, from: "reconstruction") else {
        Issue.record("\(path) gets no gradient of the reconstruction")
        continue
      }
    }
    guard case .live? = audit.reach("structure.logits", from: "sparsity") else {
      Issue.record("sparsity does not reach the structure")
      return
    }
  }

  /// The derivative of the reconstruction by every single entry of the structure.
  @Test func reconstructionMovesEveryEdge() throws {
    let model = try MadeModel("default", [], .float64)
    let tape = try model.tape()
    model.minimize([0, 100, 200, 300], tape)
    tape.backward(only: "reconstruction")
    let gradient = try #require(try model.gradient("structure.logits", tape))
    #expect(gradient.count == 100)
    #expect(gradient.allSatisfy { $0 != 0 && $0.isFinite })
  }

  /// The error on held-out windows with the graph as it stands.
  private func heldOutError(_ model: MadeModel) throws -> Double {
    let tape = try model.tape()
    let test = model.experiment.data.series.splits.test
    let starts = test.map { Int32($0) }
    return try starts.withUnsafeBufferPointer {
      let batch = WindowBatch($0, offset: 0, of: model.memory)
      return try #require(
        model.experiment.model.reconstructionError(batch, Pass(tape, .evaluate))
      ).item
    }
  }

  @Test func cuttingATrueEdgeRaisesTheErrorOnHeldOutWindows() throws {
    let model = try MadeModel("default", ["epochs=15", "seed=90210"])
    let training = model.experiment.configuration.training
    let loop = try TrainingLoop(model.experiment, training, on: try Machine(threads: 1))
    #expect(try loop.run() == .finished)
    let truth = try #require(model.experiment.data.truth).graph
    let logits = try #require(model.parameters["structure.logits"])
    let whole = try heldOutError(model)
    func risen(_ entries: [Int]) throws -> Double {
      let before = entries.map { model.parameters.value(logits, $0) }
      for entry in entries { model.parameters.setValue(logits, entry, to: -30) }
      defer {
        for (entry, logit) in zip(entries, before) {
          model.parameters.setValue(logits, entry, to: logit)
        }
      }
      return try heldOutError(model) - whole
    }
    let pairs = (0..<100).filter { $0 / 10 != $0 % 10 }
    let (present, absent) = (
      pairs.filter { truth.adjacency[$0] }, pairs.filter { !truth.adjacency[$0] }
    )
    #expect(present.count == 30 && absent.count == 60)
    // Measured: 0.0072 for a true edge and 0.0008 for an absent one, of an error of 0.274.
    let rises = try present.map { try risen([$0]) }
    let others = try absent.map { try risen([$0]) }
    let mean = rises.reduce(0, +) / 30
    let meanOther = others.reduce(0) { $0 + abs($1) } / 60
    #expect(rises.count { $0 > 0 } >= 27, "\(rises)")
    #expect(mean > 5 * meanOther, "\(mean) for true edges, \(meanOther) for absent ones")
    // Several at a time: as many of the one kind as of the other.
    let all = try risen(present)
    let allOther = try risen(Array(absent.prefix(30)))
    #expect(all > 5 * abs(allOther), "\(all) for true edges, \(allOther) for absent ones")
    #expect(all > 0.5 * whole)
    #expect(try heldOutError(model) == whole)
  }

  /// Loss and gradient as bytes, with `number` in place of every target under the mask.
  private func bytes(_ number: Float) throws -> [[UInt8]] {
    // All rows but the last are past, the last alone is target.
    let model = try MadeModel("default", ["model.lags=5", "data.window=6"])
    let starts: [Int32] = [0, 20, 40, 60, 80, 100]
    let memory = model.memory
    var hidden = 0
    for start in starts {
      for entry in (Int(start) + 5) * 10..<(Int(start) + 6) * 10 where memory.mask[entry] == 0 {
        memory.values[entry] = number
        hidden += 1
      }
    }
    #expect((10...40).contains(hidden))
    let tape = try model.tape()
    model.minimize(starts, tape)
    tape.backward()
    let loss = try #require(tape.loss)
    #expect(loss.isFinite)
    return [
      Array("\(loss)".utf8), Array(model.parameters.gradients.bytes),
    ]
  }

  @Test func whatStandsUnderTheMaskOfTheTargetIsNeverRead() throws {
    let plain = try bytes(0)
    for number in [Float(1e6), -3e38, .infinity, .nan] { #expect(try bytes(number) == plain) }
  }

  /// A batch of which nothing was observed has no error, which is not an error of 0.
  @Test func batchWithoutObservationIsEmpty() throws {
    let model = try MadeModel("default")
    let memory = model.memory
    for entry in 0..<24 * 10 { memory.mask[entry] = 0 }
    let tape = try model.tape()
    model.minimize([0], tape)
    #expect(tape.terms.isEmpty)
  }
}
