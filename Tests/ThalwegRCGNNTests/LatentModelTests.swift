import Testing
import ThalwegAutodiff
import ThalwegRCGNN
import ThalwegTensor
import ThalwegTraining

@Suite struct LatentModelTests {
  /// The published system has 5,094 parameters: 3 (13 32 + 32 + 32 16 + 16) encoders, 13^2 logits,
  /// 48 32 + 32 + 32 13 + 13 decoder.
  @Test func hasThePublishedSize() throws {
    let parameters = try MadeModel("published-stable").parameters
    #expect(parameters.elementCount == 5094)
    #expect(parameters.tensorCount == 17)
  }

  @Test func auditFindsTheStructureWithoutItsReconstruction() throws {
    let model = try MadeModel("published-stable")
    let audit = try Audit(
      model.experiment, model.experiment.configuration.training, on: try Machine(threads: 1))
    #expect(
      audit.terms == ["reconstruction", "sparsity", "acyclicity", "disentanglement"])
    for term in ["reconstruction", "disentanglement"] {
      guard case .noPath(let end)? = audit.reach("structure.logits", from: term) else {
        Issue.record("\(term) reaches the structure")
        continue
      }
      #expect(end.kind == .elsewhere)
      #expect(end.module == "structure")
      #expect(end.terms == ["sparsity", "acyclicity"])
    }
    for term in ["sparsity", "acyclicity"] {
      guard case .live? = audit.reach("structure.logits", from: term) else {
        Issue.record("\(term) does not reach the structure")
        continue
      }
    }
    // The decoder and the encoders are trained by the reconstruction.
    for path in model.parameters.paths where path != "structure.logits" {
      guard case .live? = audit.reach(path, from: "reconstruction") else {
        Issue.record("\(path) gets no gradient of the reconstruction")
        continue
      }
    }
    #expect(audit.unreached.isEmpty)
  }

  @Test func keepsTheSixteenLargestWithTheDiagonalAmongThem() throws {
    let model = try MadeModel("published-stable", [], .float64)
    var logits = (0..<169).map { RandomStream(seed: 9, path: "logits").normal($0) - 5 }
    // A kept entry on the diagonal, and a negative one among the kept.
    logits[14 * 3] = 4
    try model.set("structure.logits", logits)
    let tape = try model.tape()
    let found = model.experiment.model.adjacency(Pass(tape, .evaluate)).tensor.doubles
    let order = logits.indices.sorted { logits[$0] > logits[$1] }
    for (rank, index) in order.enumerated() {
      let expected = rank < 16 ? 1 / (1 + Self.exponential(-logits[index])) : 0
      #expect(abs(found[index] - expected) <= 1e-14)
    }
    #expect(found.count { $0 > 0 } == 16)
    #expect(found[14 * 3] > 0.9)
    #expect(order.prefix(16).contains { logits[$0] < 0 })
  }

  /// By its series, so that no library that the model uses vouches for itself.
  private static func exponential(_ x: Double) -> Double {
    // exp(x) = exp(x / 64)^64, where the series is short.
    var (term, sum) = (1.0, 1.0)
    for n in 1...20 {
      term *= x / 64 / Double(n)
      sum += term
    }
    return (0..<6).reduce(sum) { power, _ in power * power }
  }

  /// The published log's sparsity: 16 entries of sigmoid(0) over 169.
  @Test func structureWithoutEvidenceIsSixteenHalves() throws {
    let model = try MadeModel("published-stable", [], .float64)
    try model.set("structure.logits", [Double](repeating: 0, count: 169))
    let tape = try model.tape()
    model.minimize([0], tape)
    #expect(abs((try #require(model.terms(tape)["sparsity"])) - 16 * 0.5 / 169) < 1e-15)
  }

  @Test(arguments: ["published-stable", "default"])
  func duplicatedBatchLeavesEveryTermAsItIs(_ preset: String) throws {
    let model = try MadeModel(preset, [], .float64)
    let tape = try model.tape()
    let starts: [Int32] = [3, 77, 200, 201]
    model.minimize(starts, tape)
    let once = model.terms(tape)
    model.minimize(starts + starts, tape)
    let twice = model.terms(tape)
    #expect(once.count == (preset == "default" ? 2 : 4))
    for (name, value) in once {
      #expect(value > 0 && value.isFinite)
      #expect(abs((try #require(twice[name])) - value) <= 1e-12 * value, "\(name)")
    }
  }
}
