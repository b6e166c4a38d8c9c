#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// A file of which single parts are read, wherever they lie, however long it is.
final class RandomAccessFile: Sendable {
  let path: String
  /// Bytes of the whole file when it was opened.
  let length: Int
  private let descriptor: Int32

  init(_ path: String) throws(FileError) {
    // Without O_NONBLOCK a pipe would wait for somebody who writes.
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
    length = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Bytes of the whole file now, which another process may have made longer.
  func currentLength() throws(FileError) -> Int {
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw .reading(path, code: errno) }
    return Int(status.st_size)
  }

  /// The bytes of a range, which must lie within the file.
  func bytes(_ range: Range<Int>) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    try bytes.withUnsafeMutableBufferPointer { (memory) throws(FileError) in
      try fill(UnsafeMutableRawBufferPointer(memory), from: range.lowerBound)
    }
    return bytes
  }

  /// Fills memory with the bytes from `start` on, which must lie within `length`.
  func fill(_ memory: UnsafeMutableRawBufferPointer, from start: Int) throws(FileError) {
    var filled = 0
    while filled < memory.count {
      let room = UnsafeMutableRawBufferPointer(rebasing: memory[filled...])
      let got = Files.retrying {
        pread(descriptor, room.baseAddress, room.count, off_t(start + filled))
      }
      if got < 0 { throw .reading(path, code: errno) }
      if got == 0 {
        throw .unreadable(
          path: path, reason: "it ends at byte \(start + filled), was it just changed?")
      }
      filled += got
    }
  }
}
