import Testing
import ThalwegFormats

extension CommandTests {
  @Suite struct AuditTests {
    private func audit(_ more: String...) throws -> JSON {
      let run = try CommandRun.of(["audit", "rc-gnn", "--json"] + more)
      #expect(run.end == .exit(0), "\(run.error)")
      return try run.document()
    }

    private func state(_ audit: JSON, _ parameter: String, _ term: String) -> JSON? {
      audit["parameters"]?.array?.first { $0["path"] == .string(parameter) }?["terms"]?[term]
    }

    @Test func theStructureOfThePublishedModelIsOutOfReach() throws {
      let found = try audit("--preset", "published-stable")
      #expect(found["elements"]?.int == 5094)
      let structure = try #require(state(found, "structure.logits", "reconstruction"))
      #expect(structure["state"] == .string("no_path"))
      let end = try #require(structure["ends"])
      #expect(end["kind"] == .string("elsewhere"))
      #expect(end["module"] == .string("structure"))
      #expect(end["operation"]?.string?.isEmpty == false)
      #expect(end["terms"]?.array?.contains(.string("sparsity")) == true)
      #expect(end["terms"]?.array?.contains(.string("reconstruction")) == false)
      for term in ["sparsity", "acyclicity"] {
        let reached = try #require(state(found, "structure.logits", term)?["state"]?.string)
        // A path is there; whether it carries more than 0 is a matter of the data.
        #expect(["live", "zero"].contains(reached), "\(term): \(reached)")
      }
      #expect(state(found, "structure.logits", "sparsity")?["state"] == .string("live"))
      #expect(state(found, "decoder.0.weight", "reconstruction")?["state"] == .string("live"))
      #expect(found["unreached"] == .array([]))
    }

    @Test func theStructureOfOursIsReached() throws {
      let structure = state(try audit(), "structure.logits", "reconstruction")
      #expect(structure?["state"] == .string("live"))
      #expect(structure?["norm"]?.double ?? 0 > 0)
    }

    /// A term of weight 0 has a path that carries 0.
    @Test func aWeightOfZeroIsNoMissingPath() throws {
      let found = try audit("--set", "loss.reconstruction=0", "--fail-on", "error")
      let weight = state(found, "mechanism.inner.weight", "reconstruction")
      #expect(weight?["state"] == .string("zero"))
      #expect(found["unreached"] == .array([]))
    }

    /// Hardly anything is observed: no batch that is looked at has an entry to reconstruct.
    @Test func nothingMinimizedFailsWhereThatIsAsked() throws {
      let words =
        ["audit", "rc-gnn", "--json", "--seed", "5"]
        + [
          "data.made.missing=0.99", "data.made.variables=4", "data.window=2", "model.lags=1",
          "batch_size=1",
        ].flatMap { ["--set", $0] }
      let run = try CommandRun.of(words)
      #expect(run.end == .exit(0))
      let found = try run.document()
      #expect(found["terms"] == .array([]))
      #expect(found["empty_batches"] == found["batches"])
      for severity in ["info", "warning", "error"] {
        #expect(try CommandRun.of(words + ["--fail-on", severity]).end == .exit(4))
      }
      #expect(try CommandRun.of(words + ["--fail-on", "critical"]).end == .exit(0))
    }

    @Test func frozenParametersAreNoFinding() throws {
      let found = try audit("--set", "optimizer.frozen=[mechanism.*]", "--fail-on", "info")
      let weight = state(found, "mechanism.inner.weight", "reconstruction")
      #expect(weight?["state"] == .string("frozen"))
    }
  }

  @Suite struct BenchTests {
    @Test(arguments: [
      ["mlp"], ["mlp", "--sizes", "7,33,15", "--batch", "9"], ["rc-gnn"],
      ["rc-gnn", "--preset", "default"], ["rc-gnn", "--batch", "3"],
    ])
    func aStepAllocatesNothing(words: [String]) throws {
      let run = try CommandRun.of(["bench"] + words + ["--steps", "20", "--json"])
      #expect(run.end == .exit(0), "\(run.error)")
      let document = try run.document()
      let allocations = try #require(document["allocations"])
      if allocations.isNull { try Test.cancel("allocations are not counted on this system") }
      #expect(allocations == .integer(0))
      #expect(document["steps"]?.int == 140)
      #expect(document["microseconds"]?.array?.count == 7)
      #expect(document["microseconds_median"]?.double ?? 0 > 0)
      #expect(document["loss"]?.double?.isFinite == true)
    }
  }
}
