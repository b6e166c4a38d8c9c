import Testing
import ThalwegReport

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One at a time: they turn the streams of the process.
@Suite(.serialized) struct ConsoleTests {
  private static let mark = "console-test"

  private func speak(_ console: Console) {
    console.result("\(Self.mark) result")
    console.note("\(Self.mark) note")
    console.warning("\(Self.mark) warning")
    console.document("{\"\(Self.mark)\": 1}")
  }

  @Test func resultsAndDocumentsGoToStandardOutput() throws {
    let lines = try Capture.lines(STDOUT_FILENO, mark: Self.mark) { _ in speak(Console()) }
    #expect(lines == ["\(Self.mark) result", "{\"\(Self.mark)\": 1}"])
  }

  @Test func quietLeavesTheDocumentAlone() throws {
    let lines = try Capture.lines(STDOUT_FILENO, mark: Self.mark) { _ in
      speak(Console(isQuiet: true))
    }
    #expect(lines == ["{\"\(Self.mark)\": 1}"])
  }

  @Test func notesAndWarningsGoToStandardErrorPlainly() throws {
    let lines = try Capture.lines(STDERR_FILENO, mark: Self.mark) { _ in
      let console = Console()
      #expect(!console.isTerminal)
      speak(console)
    }
    #expect(lines == ["\(Self.mark) note", "warning: \(Self.mark) warning"])
  }

  /// A line on a terminal first wipes the bar away, once.
  @Test func lineOnATerminalWipesTheBar() throws {
    let lines = try Capture.lines(STDERR_FILENO, .terminal, mark: Self.mark) { _ in
      let console = Console()
      #expect(console.isTerminal)
      console.bar("[##..] \(Self.mark) bar")
      console.note("\(Self.mark) note")
      console.note("\(Self.mark) again")
    }
    #expect(lines.count == 2)
    let first = try #require(lines.first)
    #expect(first.hasPrefix("\r\u{1B}[K"))
    #expect(first.contains("[##..] \(Self.mark) bar"))
    #expect(first.hasSuffix("\r\u{1B}[K\(Self.mark) note"))
    #expect(lines.last == "\(Self.mark) again")
  }

  @Test func progressOnATerminalIsABar() throws {
    let lines = try Capture.lines(STDERR_FILENO, .terminal, mark: Self.mark) { wait in
      let console = Console()
      var progress = ProgressBar(console, done: 10, total: 40)
      progress.update(done: 15, "too early \(Self.mark)")
      wait(120)
      progress.update(done: 20, "epoch 1 \(Self.mark)")
      console.note("")
    }
    #expect(lines.count == 1)
    let line = try #require(lines.first)
    // 20 of 40: half of 24.
    #expect(line.contains("[############............] epoch 1 \(Self.mark) 20/40 "))
    #expect(line.contains("/s, "))
    #expect(line.contains(" left"))
    #expect(!line.contains("too early"))
  }

  @Test func progressElsewhereWaitsTenSeconds() throws {
    let lines = try Capture.lines(STDERR_FILENO, mark: Self.mark) { wait in
      var progress = ProgressBar(Console(), total: 40)
      wait(120)
      progress.update(done: 20, "epoch 1 \(Self.mark)")
    }
    #expect(lines == [])
  }
}
