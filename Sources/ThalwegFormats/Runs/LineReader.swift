#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Lines of a file that may be longer than memory and may still grow.
struct LineReader {
  /// Of a longer line only so much is given, where nothing else is asked for.
  static let lineLimit = 1 << 20
  private static let blockSize = 1 << 18

  /// One line without its end.
  struct Line {
    /// From 1.
    var number: Int
    var bytes: ArraySlice<UInt8>
    /// Whether the line goes on beyond what is given, and the rest is left out.
    var isCut: Bool
    /// Whether this is a further part of the line that was given before.
    var isRest = false
    /// Whether a line end follows; without one the file may have been cut here.
    var hasEnd = true
  }

  private let file: GrowingFile
  private let limit: Int
  private var buffer: [UInt8] = []
  /// Where the next line starts in the buffer.
  private var start = 0
  /// How far the buffer was searched for a line end.
  private var searched = 0
  private var number = 0
  /// The rest of a line of which the head was given.
  private var isSkipping = false
  /// Whether the head of the present line was given.
  private var hasHead = false
  private let divides: Bool

  /// - Parameters:
  ///   - limit: how many bytes of a line are given.
  ///   - dividesAtReturns: whether a longer line is given in parts that end where a carriage return
  ///     stands, as a progress bar writes them.
  init(
    _ path: String, limit: Int = LineReader.lineLimit, dividesAtReturns: Bool = false
  ) throws(FileError) {
    file = try GrowingFile(path)
    self.limit = limit
    divides = dividesAtReturns
  }

  /// The first bytes of the file, to tell its kind by; nothing is taken.
  mutating func head(_ count: Int) throws(FileError) -> ArraySlice<UInt8> {
    while buffer.count - start < count {
      if try !fill() { break }
    }
    return buffer[start...].prefix(count)
  }

  /// The next line; nil at the end of what is there now.
  /// - Parameter isFinal: whether a last line without an end counts; where the file may still grow,
  ///   the rest of it may be on its way.
  mutating func next(isFinal: Bool) throws(FileError) -> Line? {
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[start..<end]
        start = end + 1
        searched = start
        if isSkipping {
          isSkipping = false
          continue
        }
        return given(line, isEnd: true)
      }
      searched = buffer.count
      if isSkipping {
        start = searched
      } else if searched - start > limit {
        var line = buffer[start..<start + limit]
        if divides, let end = line.lastIndex(of: UInt8(ascii: "\r")) {
          line = line[..<end]
          start = end + 1
          return given(line, isEnd: false)
        }
        start = searched
        isSkipping = true
        var head = given(line, isEnd: true)
        head.isCut = true
        return head
      }
      if try fill() { continue }
      if !isFinal || start == buffer.count { return nil }
      let line = buffer[start...]
      start = buffer.count
      searched = start
      var last = given(line, isEnd: true)
      last.hasEnd = false
      return last
    }
  }

  private mutating func given(_ bytes: ArraySlice<UInt8>, isEnd: Bool) -> Line {
    if !hasHead { number += 1 }
    defer { hasHead = !isEnd }
    return Line(number: number, bytes: bytes, isCut: false, isRest: hasHead)
  }

  /// Reads a block behind what the buffer holds; false where the file has no more.
  private mutating func fill() throws(FileError) -> Bool {
    if start > 0 {
      buffer.removeFirst(start)
      searched -= start
      start = 0
    }
    return try file.append(to: &buffer, LineReader.blockSize)
  }
}
