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
    /// Whether the line goes on beyond what is given.
    var isCut: Bool
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

  /// - Parameter limit: how many bytes of a line are given.
  init(_ path: String, limit: Int = LineReader.lineLimit) throws(FileError) {
    file = try GrowingFile(path)
    self.limit = limit
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
        number += 1
        return Line(number: number, bytes: line, isCut: false)
      }
      searched = buffer.count
      if isSkipping {
        start = searched
      } else if searched - start > limit {
        let line = buffer[start..<start + limit]
        start = searched
        isSkipping = true
        number += 1
        return Line(number: number, bytes: line, isCut: true)
      }
      if try fill() { continue }
      if !isFinal || start == buffer.count { return nil }
      let line = buffer[start...]
      start = buffer.count
      searched = start
      number += 1
      return Line(number: number, bytes: line, isCut: false, hasEnd: false)
    }
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
