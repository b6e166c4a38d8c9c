#if os(Linux)
  import Glibc
  import Testing
  import ThalwegFormats

  extension CommandTests {
    /// A run is held fast by a pipe that nobody reads, so that a signal finds it in the middle
    /// however fast or slow the machine is.
    @Suite struct SignalTests {
      let folder: TemporaryFolder
      let run: RunFiles

      init() throws {
        folder = try TemporaryFolder()
        run = RunFiles(path: folder["run"])
      }

      private func words(_ name: String) -> [String] { SmallRun.words(epochs: 30, out: name) }

      /// A run whose output nobody reads yet, once it listens to signals.
      private func heldRun(_ pipe: SmallPipe) throws -> CommandProcess {
        let process = try CommandProcess(words("run"), in: folder.path, output: pipe.writeEnd)
        pipe.closeWriteEnd()
        while process.isRunning && run.lastStep == nil {}
        return process
      }

      @Test(arguments: [SIGINT, SIGTERM])
      func finishesTheStepSavesAndTellsHowToGoOn(signal: Int32) throws {
        let pipe = try SmallPipe()
        let process = try heldRun(pipe)
        process.send(signal)
        _ = pipe.readToEnd()
        let found = try process.wait()
        #expect(found.end == .exit(130))
        #expect(
          found.errorLines.last
            == "interrupted and saved; go on with: thalweg train rc-gnn --resume run")
        #expect(try run.damage() == [])
        let steps = try run.numbers("step")
        #expect(try run.savedStep() == steps.count)
        #expect(steps == Array(1...max(1, steps.count)) && steps.count < 720)

        let resumed = try folder.run(["train", "rc-gnn", "--resume", "run"])
        #expect(resumed.end == .exit(0))
        #expect(resumed.errorLines.contains("run folder: run, resumed at step \(steps.count)"))
        #expect(try folder.run(words("reference")).end == .exit(0))
        // Time was written down once more, where the run was interrupted.
        let reference = RunFiles(path: folder["reference"])
        let differences = try run.differences(from: reference).filter { $0 != "timing.jsonl" }
        #expect(differences == [])
      }

      @Test func theSecondOneEndsAtOnce() throws {
        let pipe = try SmallPipe()
        let process = try heldRun(pipe)
        process.send(SIGINT)
        // The first one has been taken in when its handler is gone.
        while process.isRunning && SignalTests.catches(SIGINT, process.id) {}
        #expect(process.isRunning)
        process.send(SIGINT)
        #expect(try process.wait().end == .signal(SIGINT))
        #expect(try run.damage() == [])
      }

      /// Whether a process has a handler for a signal.
      private static func catches(_ signal: Int32, _ id: pid_t) -> Bool {
        guard let bytes = try? Files.read("/proc/\(id)/status") else { return false }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
          .first { $0.hasPrefix("SigCgt:") }
        let mask = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
        return mask >> UInt64(signal - 1) & 1 == 1
      }
    }
  }

  /// A pipe that holds one page: a run that writes more waits until somebody reads.
  private final class SmallPipe {
    let writeEnd: Int32
    private let readEnd: Int32

    init() throws {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      (readEnd, writeEnd) = (ends[0], ends[1])
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      // F_SETPIPE_SZ, which the module map does not hold.
      try #require(fcntl(writeEnd, 1031, 4096) == 4096)
    }

    deinit { close(readEnd) }

    /// Once a process has the write end: only it keeps the pipe open.
    func closeWriteEnd() { close(writeEnd) }

    /// Reads on until the process has ended.
    func readToEnd() -> Int {
      var total = 0
      var room = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(readEnd, &room, room.count)
        if count <= 0 { return total }
        total += count
      }
    }
  }
#endif
