#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

extension Files {
  /// Replaces the file at `path` as a whole: after a crash it holds the old bytes or the new ones.
  package static func writeDurably(
    _ path: String, _ bytes: [UInt8]
  ) throws(FileError) {
    let aside = nameAside(of: path)
    do throws(FileError) {
      try write(bytes, aside: aside, for: path)
      if rename(aside, path) != 0 { throw .writing(path, code: errno) }
    } catch {
      discard(aside)
      throw error
    }
    try flushToDisk(folder(of: path))
  }

  /// Makes a folder that appears as a whole or not at all.
  ///
  /// `body` fills a folder beside `path`; when it returns, its files are flushed to disk and it
  /// takes its name. After an error that folder is gone and what was at `path` is as it was.
  /// - Parameters:
  ///   - path: absent, or an empty folder.
  ///   - body: takes the path of the folder to fill.
  package static func durableFolder(
    at path: String, _ body: (String) throws(FileError) -> Void
  ) throws(FileError) {
    if exists(path) {
      if !isDirectory(path) { throw .notDirectory(path: path) }
      if try !list(path).isEmpty { throw .notEmpty(path: path) }
    }
    let parent = folder(of: path)
    try makeDirectory(parent, withParents: true)
    let aside = nameAside(of: path)
    discard(aside)
    do throws(FileError) {
      try makeDirectory(aside)
      try body(aside)
      try flushTree(aside)
      if rename(aside, path) != 0 { throw .writing(path, code: errno) }
    } catch {
      discard(aside)
      throw error
    }
    try flushToDisk(parent)
  }

  /// Moves the files of one folder over those of another, each in one step, and removes the first.
  package static func replaceFiles(
    of path: String, byThoseOf source: String
  ) throws(FileError) {
    for name in try list(source) {
      if rename(source + "/" + name, path + "/" + name) != 0 {
        throw .writing(path + "/" + name, code: errno)
      }
    }
    try flushToDisk(path)
    try remove(source, recursively: true)
  }

  /// Makes the symbolic link `path`, or turns it to another target, in one step.
  package static func replaceLink(at path: String, to target: String) throws(FileError) {
    let aside = nameAside(of: path)
    discard(aside)
    if symlink(target, aside) != 0 { throw .writing(path, code: errno) }
    if rename(aside, path) != 0 {
      let code = errno
      discard(aside)
      throw .writing(path, code: code)
    }
    try flushToDisk(folder(of: path))
  }

  /// What a symbolic link names; nil where `path` is none.
  package static func target(ofLink path: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX) + 1) { room in
      guard let start = room.baseAddress else { return nil }
      let count = readlink(path, start, Int(PATH_MAX))
      if count < 0 { return nil }
      start[count] = 0
      return String(cString: start)
    }
  }

  /// Writes all of `bytes`, however the system splits them.
  /// - Parameter written: counts the bytes that reached the file, also when this throws.
  static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String, written: inout Int
  ) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let count = retrying { writeSome(descriptor, part) }
      if count < 0 { throw .writing(path, code: errno) }
      written += count
      rest = rest.dropFirst(count)
    }
  }

  /// Flushes one open file or folder to disk.
  static func flush(_ descriptor: Int32, path: String) throws(FileError) {
    #if canImport(Darwin)
      // fsync on Darwin stops at the drive's cache.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
    #endif
    // Special files and some network file systems have nothing to flush and say so by EINVAL.
    if retrying({ fsync(descriptor) }) != 0 && errno != EINVAL {
      throw .writing(path, code: errno)
    }
  }

  private static func write(
    _ bytes: [UInt8], aside: String, for path: String
  ) throws(FileError) {
    let descriptor = retrying { open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
    if descriptor < 0 { throw .writing(path, code: errno) }
    defer { close(descriptor) }
    var written = 0
    try bytes.withUnsafeBufferPointer { (buffer) throws(FileError) in
      try write(UnsafeRawBufferPointer(buffer), to: descriptor, path: path, written: &written)
    }
    try flush(descriptor, path: path)
  }

  private static func flushTree(_ path: String) throws(FileError) {
    for name in try list(path) {
      let entry = path + "/" + name
      var status = stat()
      if lstat(entry, &status) != 0 { throw .reading(entry, code: errno) }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: try flushTree(entry)
      case S_IFREG: try flushToDisk(entry)
      default: continue  // A link lives in its folder, which is flushed below.
      }
    }
    try flushToDisk(path)
  }

  private static func flushToDisk(_ path: String) throws(FileError) {
    let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC) }
    if descriptor < 0 { throw .writing(path, code: errno) }
    defer { close(descriptor) }
    try flush(descriptor, path: path)
  }

  /// Beside the final name, so that a rename stays within one file system.
  private static func nameAside(of path: String) -> String {
    folder(of: path) + "/.saving-" + name(of: path)
  }

  /// Removes what an interrupted or failed save left; there may be nothing.
  private static func discard(_ aside: String) {
    // What made the save fail is the error to report, and making the name anew reports leftovers.
    try? remove(aside, recursively: true)
  }
}

/// The system's `write`, which the method of the same name hides inside `Files`.
private func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
