#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// A file that only grows, written through a buffer that is allocated once.
///
/// Bytes still in the buffer are lost when this goes out of scope: call `flush` or `sync` first.
package final class AppendFile {
  private static let capacity = 1 << 16

  package let path: String
  private let descriptor: Int32
  private let buffer: UnsafeMutableRawPointer
  private var used = 0
  private var written: Int

  /// Opens `path` for appending and makes it where it is absent.
  /// - Parameter truncatedTo: cuts the file to so many bytes first; it must have as many.
  package init(_ path: String, truncatedTo length: Int? = nil) throws(FileError) {
    let descriptor = Files.retrying {
      open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
    }
    if descriptor < 0 { throw .writing(path, code: errno) }
    do throws(FileError) {
      written = try AppendFile.cut(descriptor, path: path, to: length)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
    buffer = .allocate(byteCount: AppendFile.capacity, alignment: 16)
  }

  deinit {
    buffer.deallocate()
    close(descriptor)
  }

  /// Bytes of the file, those in the buffer included.
  package var length: Int { written + used }

  /// Adds bytes at the end; on an error none of them is in the buffer.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if used + bytes.count > AppendFile.capacity { try flush() }
    if bytes.count > AppendFile.capacity {
      return try Files.write(bytes, to: descriptor, path: path, written: &written)
    }
    if let start = bytes.baseAddress {
      (buffer + used).copyMemory(from: start, byteCount: bytes.count)
      used += bytes.count
    }
  }

  package func append(_ bytes: [UInt8]) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FileError) in
      try append(UnsafeRawBufferPointer(buffer))
    }
  }

  package func append(_ text: String) throws(FileError) {
    try append(Array(text.utf8))
  }

  /// Hands the buffer to the system.
  package func flush() throws(FileError) {
    let before = written
    defer {
      // After an error what did not reach the file stays, so that a later flush goes on there.
      let done = written - before
      memmove(buffer, buffer + done, used - done)
      used -= done
    }
    try Files.write(
      UnsafeRawBufferPointer(start: buffer, count: used), to: descriptor, path: path,
      written: &written)
  }

  /// Flushes the buffer and waits until the bytes are on disk.
  package func sync() throws(FileError) {
    try flush()
    try Files.flush(descriptor, path: path)
  }

  private static func cut(
    _ descriptor: Int32, path: String, to length: Int?
  ) throws(FileError) -> Int {
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw .writing(path, code: errno) }
    let size = Int(status.st_size)
    guard let length else { return size }
    if size < length { throw .shorter(path: path, length: size, wanted: length) }
    if size > length && Files.retrying({ ftruncate(descriptor, off_t(length)) }) != 0 {
      throw .writing(path, code: errno)
    }
    return length
  }
}
