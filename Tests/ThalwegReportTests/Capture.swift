import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Catches what is written to a standard stream, and hands on what others wrote there meanwhile.
enum Capture {
  /// Where the stream leads while it is caught.
  enum Target {
    case file
    case terminal
  }

  /// Lines without `mark` are somebody else's and go where they were meant to go.
  /// - Parameter body: is given a way to wait, during which the stream does not fill up.
  static func lines(
    _ stream: Int32, _ target: Target = .file, mark: String,
    _ body: (_ wait: (_ milliseconds: Int) -> Void) -> Void
  ) throws -> [String] {
    let (writer, reader) = try ends(target)
    let original = dup(stream)
    try #require(dup2(writer, stream) == stream)
    close(writer)
    var all: [UInt8] = []
    body { milliseconds in
      for _ in 0..<milliseconds {
        usleep(1000)
        all += read(reader)
      }
    }
    // Before the last writer goes: a terminal without one forgets what it holds.
    all += read(reader)
    dup2(original, stream)
    all += read(reader)
    close(reader)
    var own: [String] = []
    for line in all.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let text = String(decoding: line, as: UTF8.self)
      if text.contains(mark) {
        own.append(text)
      } else if !line.isEmpty {
        (line + [UInt8(ascii: "\n")]).withUnsafeBytes {
          _ = write(original, $0.baseAddress, $0.count)
        }
      }
    }
    close(original)
    return own
  }

  private static func ends(_ target: Target) throws -> (writer: Int32, reader: Int32) {
    if target == .file {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
      return (ends[1], ends[0])
    }
    var (reader, writer): (Int32, Int32) = (0, 0)
    try #require(openpty(&reader, &writer, nil, nil, nil) == 0)
    var settings = termios()
    tcgetattr(writer, &settings)
    settings.c_oflag &= ~tcflag_t(OPOST)
    tcsetattr(writer, TCSANOW, &settings)
    _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    return (writer, reader)
  }

  private static func read(_ file: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 65_536)
    while case let count = readSome(file, &room), count > 0 { bytes += room.prefix(count) }
    return bytes
  }

  private static func readSome(_ file: Int32, _ room: inout [UInt8]) -> Int {
    #if canImport(Glibc)
      Glibc.read(file, &room, room.count)
    #else
      Darwin.read(file, &room, room.count)
    #endif
  }
}
