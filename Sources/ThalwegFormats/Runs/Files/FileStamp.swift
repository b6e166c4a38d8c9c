#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// What tells that a file is another one, or was written to.
struct FileStamp: Equatable {
  let isDirectory: Bool
  let isRegular: Bool
  let length: Int
  private let device: UInt64
  private let number: UInt64
  private let seconds: Int
  private let nanoseconds: Int

  init(of path: String) throws(FileError) {
    var status = stat()
    if stat(path, &status) != 0 { throw .reading(path, code: errno) }
    isDirectory = status.st_mode & S_IFMT == S_IFDIR
    isRegular = status.st_mode & S_IFMT == S_IFREG
    length = Int(status.st_size)
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
    #if canImport(Glibc)
      seconds = Int(status.st_mtim.tv_sec)
      nanoseconds = Int(status.st_mtim.tv_nsec)
    #else
      seconds = Int(status.st_mtimespec.tv_sec)
      nanoseconds = Int(status.st_mtimespec.tv_nsec)
    #endif
  }

  /// Whether it is the same file, longer or shorter.
  func isSameFile(as other: FileStamp) -> Bool {
    device == other.device && number == other.number
  }
}
