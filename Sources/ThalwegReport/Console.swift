private import Synchronization

#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Results on standard output, progress and warnings on standard error.
package final class Console {
  /// Whether standard error is a terminal, on which a line can be drawn over.
  package let isTerminal: Bool
  private let usesColor: Bool
  private let isQuiet: Bool
  private var hasBar = false

  /// - Parameter isQuiet: keeps results off standard output, which then holds one document alone.
  package init(isQuiet: Bool = false) {
    let kind = getenv("TERM").map { String(cString: $0) }
    isTerminal = isatty(STDERR_FILENO) == 1 && kind != "dumb"
    usesColor = isTerminal && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
    self.isQuiet = isQuiet
  }

  /// A line of results.
  package func result(_ line: String) {
    if isQuiet { return }
    clearBar()
    Console.write(line + "\n", to: STDOUT_FILENO)
  }

  /// The one document that `--json` asks for.
  package func document(_ text: String) {
    clearBar()
    Console.write(text + "\n", to: STDOUT_FILENO)
  }

  /// A whole file, for the caller to send where it belongs.
  package func file(_ bytes: [UInt8]) {
    clearBar()
    bytes.withUnsafeBytes { Console.write($0, to: STDOUT_FILENO) }
  }

  /// A line that is no result: where files lie, what was resumed.
  package func note(_ line: String) {
    clearBar()
    Console.write(line + "\n", to: STDERR_FILENO)
  }

  /// A line that the user should act on.
  package func warning(_ line: String) {
    clearBar()
    let word = usesColor ? "\u{1B}[33mwarning:\u{1B}[0m" : "warning:"
    Console.write("\(word) \(line)\n", to: STDERR_FILENO)
  }

  /// Draws over the last bar; only for terminals.
  package func bar(_ line: String) {
    let text = usesColor ? "\u{1B}[36m\(line)\u{1B}[0m" : line
    Console.write("\r\u{1B}[K" + text, to: STDERR_FILENO)
    hasBar = true
  }

  package func clearBar() {
    if !hasBar { return }
    Console.write("\r\u{1B}[K", to: STDERR_FILENO)
    hasBar = false
  }

  /// The error that standard output gave first; nil where it took everything.
  package static var outputError: String? {
    let code = firstError.load(ordering: .relaxed)
    return code == 0 ? nil : strerror(code).map { String(cString: $0).lowercased() }
  }

  private static let firstError = Atomic<Int32>(0)

  /// Straight to the file, so that lines of both streams stay in order. What standard output does
  /// not take is remembered in `outputError`; a run does not end because nobody can read of it.
  private static func write(_ text: String, to file: Int32) {
    var text = text
    text.withUTF8 { write(UnsafeRawBufferPointer($0), to: file) }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) {
    var rest = bytes
    while let start = rest.baseAddress, !rest.isEmpty {
      let count = writeSome(file, start, rest.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 {
        if file == STDOUT_FILENO {
          _ = firstError.compareExchange(
            expected: 0, desired: errno, ordering: .relaxed)
        }
        return
      }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
  }

  private static func writeSome(_ file: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, start, count)
    #else
      Darwin.write(file, start, count)
    #endif
  }
}
