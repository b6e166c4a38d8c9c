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

    /// Warm-up and decay by the step, under momentum and another clip, from the settings alone.
    @Test func settingsOfTheScheduleReachEveryStep() throws {
      let set = [
        "optimizer.rule=sgd", "optimizer.learning_rate=0.01", "optimizer.momentum=0.9",
        "optimizer.nesterov=true", "optimizer.clip_norm=null", "optimizer.clip_adaptive=0.05",
        "schedule.warm_up_steps=4", "schedule.warm_up_start=0.2", "schedule.decay=step",
        "schedule.decay_steps=10", "schedule.decay_factor=0.5",
      ].flatMap { ["--set", $0] }
      let run = try train("run", set)
      let rates = try run.numbersOfSteps("learning_rate")
      #expect(rates.count == 72)
      for (index, rate) in rates.enumerated() {
        let past = max(0, index - 4) / 10
        let decay = (0..<past).reduce(1.0) { factor, _ in factor * 0.5 }
        let factor = index < 4 ? 0.2 + 0.2 * Double(index) : decay
        #expect(abs(rate - 0.01 * factor) <= 1e-16, "step \(index + 1)")
      }
      #expect(try train("again", set).differences(from: run) == [])
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
