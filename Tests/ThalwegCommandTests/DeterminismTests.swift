import Testing
import ThalwegFormats

extension CommandTests {
  @Suite struct DeterminismTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func train(_ name: String, _ more: [String] = []) throws -> RunFiles {
      let run = try folder.run(SmallRun.words(epochs: 3, out: name) + more)
      #expect(run.end == .exit(0), "\(run.error)")
      return RunFiles(path: folder[name])
    }

    /// Each process has hash seeds of its own: an order taken from a set would show.
    @Test func twoProcessesLeaveTheSameRun() throws {
      let first = try train("first")
      for name in ["second", "third"] {
        #expect(try train(name).differences(from: first) == [])
      }
      #expect(
        try train("other", ["--seed", "7"]).differences(from: first).contains("metrics.jsonl"))
    }

    @Test func theNumberOfThreadsChangesNothing() throws {
      // Products large enough to be shared out.
      let large = ["--set", "model.hidden=64", "--set", "batch_size=64"]
      let one = try train("one", large + ["--threads", "1"])
      let two = try train("two", large + ["--threads", "2"])
      #expect(try one.json("run.json")["machine"]?["threads"] == .integer(1))
      #expect(try two.json("run.json")["machine"]?["threads"] == .integer(2))
      #expect(try two.differences(from: one) == ["run.json"])
    }

    @Test func kernelLevelsAgreeToRounding() throws {
      let best = try train("best")
      let baseline = try train("baseline", ["--kernels", "baseline"])
      let machine = try #require(try baseline.json("run.json")["machine"])
      #expect(machine["kernels"] == .string("baseline"))
      let core = try #require(machine["blas_core"]?.string)
      #expect(!core.isEmpty)
      #expect(try best.json("run.json")["machine"]?["blas_core"]?.string == core)
      let (losses, others) = try (best.numbersOfSteps("loss"), baseline.numbersOfSteps("loss"))
      #expect(losses.count == 72 && others.count == 72)
      for (loss, other) in zip(losses, others) {
        #expect(abs(loss - other) <= 1e-4 * abs(loss), "\(loss), \(other)")
      }
    }

    @Test func goingOnWithAnotherKernelLevelWarns() throws {
      let run = try train("run")
      let level = try #require(try run.json("run.json")["machine"]?["kernels"]?.string)
      if level == "baseline" { try Test.cancel("this CPU has no other kernel level") }
      let same = try folder.run(["train", "rc-gnn", "--resume", "run"])
      #expect(same.end == .exit(0))
      #expect(!same.error.contains("warning: kernels"))
      let other = try folder.run(["train", "rc-gnn", "--resume", "run", "--kernels", "baseline"])
      #expect(other.end == .exit(0))
      #expect(
        other.errorLines.contains(
          "warning: kernels was '\(level)' and is 'baseline': results agree to rounding only"))
    }
  }
}
