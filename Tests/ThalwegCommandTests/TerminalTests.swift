#if os(Linux)
  import Glibc
  import Testing
  import ThalwegFormats

  extension CommandTests {
    @Suite struct TerminalTests {
      let folder: TemporaryFolder

      init() throws { folder = try TemporaryFolder() }

      /// What a long run draws on a terminal until it has drawn a bar or two.
      private func drawing(_ environment: [String: String]) throws -> String {
        let terminal = try Terminal()
        let process = try CommandProcess(
          SmallRun.words(epochs: 100_000, out: "run"), in: folder.path, environment: environment,
          error: terminal.worker)
        var text = ""
        while process.isRunning && text.split(separator: " left").count < 3 {
          text += terminal.read()
        }
        process.send(SIGKILL)
        _ = try process.wait()
        return text
      }

      @Test func aBarWithRateAndTimeLeft() throws {
        let text = try drawing([:])
        let bars = text.split(separator: "\r").filter { $0.contains(" left") }
        let bar = try #require(bars.first)
        #expect(bar.hasPrefix("\u{1B}[K\u{1B}[36m[......"))
        #expect(bar.contains("] epoch "))
        #expect(bar.contains("/100000, step "))
        #expect(bar.contains("/2400000 "))
        let rate = bar.split(separator: " ").last { $0.hasSuffix("/s,") }
        #expect(rate.flatMap { Int($0.dropLast(3)) } ?? 0 > 0)
      }

      @Test func withoutColorWhereItIsNotWanted() throws {
        let text = try drawing(["NO_COLOR": "1"])
        #expect(text.contains(" left"))
        #expect(!text.contains("\u{1B}[36m"))
        #expect(!text.contains("\u{1B}[0m"))
      }

      /// By no-color.org an empty value asks for nothing.
      @Test func anEmptyWishIsNone() throws {
        #expect(try drawing(["NO_COLOR": ""]).contains("\u{1B}[36m"))
      }
    }
  }

  /// A pseudo terminal.
  private final class Terminal {
    /// The end for the process.
    let worker: Int32
    private let control: Int32

    init() throws {
      control = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
      try #require(control >= 0, "no pseudo terminal: error \(errno)")
      var isLocked: Int32 = 0
      var number: UInt32 = 0
      // TIOCSPTLCK and TIOCGPTN, which the module map does not hold.
      try #require(ioctl(control, 0x4004_5431, &isLocked) == 0)
      try #require(ioctl(control, 0x8004_5430, &number) == 0)
      worker = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
      try #require(worker >= 0, "no pseudo terminal: error \(errno)")
    }

    deinit {
      close(worker)
      close(control)
    }

    /// What has been drawn by now; waits a little for it.
    func read() -> String {
      var entry = pollfd(fd: control, events: Int16(POLLIN), revents: 0)
      if poll(&entry, 1, 50) < 1 { return "" }
      var room = [UInt8](repeating: 0, count: 4096)
      let count = Glibc.read(control, &room, room.count)
      return String(decoding: room.prefix(max(0, count)), as: UTF8.self)
    }
  }
#endif
