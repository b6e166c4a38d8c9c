#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// A file that is read from its start to its end, once, and on when it has grown.
final class GrowingFile {
  let path: String
  private let descriptor: Int32
  private var position = 0

  init(_ path: String) throws(FileError) {
    let descriptor = Files.retrying { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    if descriptor < 0 { throw .reading(path, code: errno) }
    var status = stat()
    let code = fstat(descriptor, &status) == 0 ? 0 : errno
    let kind = status.st_mode & S_IFMT
    if code != 0 || kind != S_IFREG {
      close(descriptor)
      if code != 0 { throw .reading(path, code: code) }
      if kind == S_IFDIR { throw .isDirectory(path: path) }
      throw .unreadable(path: path, reason: "it is no file of bytes that stay")
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// How long the file is now.
  func length() throws(FileError) -> Int {
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw .reading(path, code: errno) }
    return Int(status.st_size)
  }

  /// Appends at most `count` further bytes; false where there are none now.
  /// - Throws: also where the file has become shorter than what was read of it.
  func append(to buffer: inout [UInt8], _ count: Int) throws(FileError) -> Bool {
    let filled = buffer.count
    // No more room than is needed, but enough to see whether there is one byte more.
    let count = min(count, max(1, try length() - position))
    buffer.append(contentsOf: repeatElement(0, count: count))
    let (got, code) = buffer.withUnsafeMutableBytes { memory in
      let room = UnsafeMutableRawBufferPointer(rebasing: memory[filled...])
      let got = Files.retrying { pread(descriptor, room.baseAddress, room.count, off_t(position)) }
      return (got, errno)
    }
    buffer.removeLast(count - max(0, got))
    if got < 0 { throw .reading(path, code: code) }
    if got == 0 {
      let length = try length()
      if length < position { throw .shorter(path: path, length: length, wanted: position) }
      return false
    }
    position += got
    return true
  }
}
