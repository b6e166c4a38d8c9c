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

    /// The whole model in Double: every tensor by name, every term, every operation.
    @Test(arguments: ["default", "published-stable"])
    func gradientsOfASystemAreChecked(_ preset: String) throws {
      let found = try audit("--preset", preset, "--check-gradients", "--fail-on", "error")
      let gradients = try #require(found["gradients"])
      #expect(gradients["right"] == .bool(true))
      #expect(
        gradients["summary"]?.string?.hasPrefix(
          "the gradient is right; the problem is conditioning") == true)
      let tensors = try #require(gradients["tensors"]?.array)
      let paths = try #require(found["parameters"]?.array).map { $0["path"] }
      #expect(tensors.map { $0["path"] } == paths)
      for tensor in tensors {
        let tried = ["checked", "kinks", "unsettled"].reduce(0) { $0 + (tensor[$1]?.int ?? 0) }
        #expect(tensor["checked"]?.int ?? 0 > 0)
        #expect(tried == min(tensor["elements"]?.int ?? -1, 64))
        #expect(tensor["unchecked"]?.isNull == true)
        #expect(tensor["worst_of_allowed"]?.double ?? 2 <= 1)
      }
      #expect(gradients["terms"]?.array?.map { $0["name"] } == found["terms"]?.array?.map { $0 })
      for term in try #require(gradients["terms"]?.array) {
        if term["remainder"] == .string("order") { #expect(term["order"]?.double ?? 0 >= 1.9) }
      }
      let derivatives = try #require(gradients["derivatives"]?.array)
      #expect(derivatives.count > 10)
      #expect(derivatives.allSatisfy { ["right", "unchecked"].contains($0["verdict"]?.string) })
      #expect(gradients["conditioning"]?["largest_gradient"]?["norm"]?.double ?? 0 > 0)
    }

    @Test func theLastLineSaysWhichWayToLook() throws {
      let run = try CommandRun.of(
        ["audit", "rc-gnn", "--check-gradients", "--set", "optimizer.frozen=[mechanism.*]"])
      #expect(run.end == .exit(0))
      let lines = run.output.split(separator: "\n")
      // Four of the tensors are frozen, and the sentence claims no more than what was compared.
      #expect(lines.last?.hasPrefix("the gradient is right where it was checked (") == true)
      #expect(lines.last?.contains("; the problem is conditioning, if there is one: ") == true)
      #expect(
        lines.contains {
          $0.hasPrefix("mechanism.inner.weight") && $0.hasSuffix("unchecked: it is frozen")
        })
      let term = lines.first { $0.hasPrefix("term reconstruction: ") }
      #expect(term?.contains("Taylor remainder") == true)
      let without = try CommandRun.of(["audit", "rc-gnn", "--json"])
      #expect(try without.document()["gradients"] == nil)
    }

    @Test func frozenParametersAreNoFinding() throws {
      let found = try audit("--set", "optimizer.frozen=[mechanism.*]", "--fail-on", "info")
      let weight = state(found, "mechanism.inner.weight", "reconstruction")
      #expect(weight?["state"] == .string("frozen"))
    }
  }
}
