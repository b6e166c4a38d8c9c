#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Holds a folder for this process until it goes out of scope or the process ends.
package final class FolderLock {
  private let descriptor: Int32
  /// False on a file system that offers no locks.
  package let isHeld: Bool

  /// - Throws: where another process holds the folder.
  package init(_ path: String) throws(FileError) {
    let descriptor = Files.retrying { open(path, O_RDONLY | O_CLOEXEC) }
    if descriptor < 0 { throw .reading(path, code: errno) }
    isHeld = Files.retrying { flock(descriptor, LOCK_EX | LOCK_NB) } == 0
    if !isHeld && ![EOPNOTSUPP, ENOLCK, ENOSYS].contains(errno) {
      let code = errno
      close(descriptor)
      if code == EWOULDBLOCK { throw .inUse(path: path) }
      throw .writing(path, code: code)
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
