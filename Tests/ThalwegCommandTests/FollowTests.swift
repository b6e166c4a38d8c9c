import Testing
import ThalwegFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension CommandTests {
  /// `diagnose --follow` beside a log that grows.
  @Suite struct FollowTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func lines(_ steps: ClosedRange<Int>, norm: Double) -> String {
      steps.map { "step \($0) loss=\(3 / (1 + 0.1 * Double($0))) grad_norm=\(norm)\n" }.joined()
    }

    /// Waits at most half a minute for a piece of text.
    private func output(of process: CommandProcess, holds text: String) -> Bool {
      for _ in 0..<300 where process.isRunning {
        if process.outputSoFar.contains(text) { return true }
        usleep(100_000)
      }
      return process.outputSoFar.contains(text)
    }

    @Test func tellsWhatComesUpAndTakesBackWhatNoLongerHolds() throws {
      let first = "max_grad_norm: 1.0\n" + FollowTests.lines(1...40, norm: 4)
      _ = try folder.write("log", first)
      let process = try CommandProcess(["diagnose", "log", "--follow"], in: folder.path)
      #expect(output(of: process, holds: "clip_saturated"))
      #expect(!process.outputSoFar.contains("no longer found"))
      // Four of five steps are not clipped.
      _ = try folder.write("more", FollowTests.lines(41...200, norm: 0.5))
      let more = try Files.read(folder["more"])
      let log = try #require(fopen(folder["log"], "a"))
      #expect(fwrite(more, 1, more.count, log) == more.count)
      fclose(log)
      #expect(output(of: process, holds: "no longer found: clip_saturated: "))
      process.send(SIGINT)
      #expect(try process.wait().end == .exit(130))
    }

    @Test func endsWhereItIsToldTo() throws {
      _ = try folder.write("log", FollowTests.lines(1...5, norm: 1))
      let words = ["diagnose", "log", "--follow", "--fail-on", "critical"]
      let process = try CommandProcess(words, in: folder.path)
      #expect(output(of: process, holds: "lines understood"))
      #expect(process.isRunning)
      let log = try #require(fopen(folder["log"], "a"))
      fputs("step 6 loss=nan grad_norm=nan\nstep 7 loss=nan grad_norm=nan\n", log)
      fclose(log)
      let run = try process.wait()
      #expect(run.end == .exit(4))
      #expect(run.output.contains("critical non_finite, established: "))
    }
  }
}
