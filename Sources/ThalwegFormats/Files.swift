#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// Reading, listing, making and removing files: POSIX calls with errors that say where and why.
package enum Files {
  /// All bytes of a file.
  package static func read(_ path: String) throws(FileError) -> [UInt8] {
    let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC) }
    if descriptor < 0 { throw .reading(path, code: errno) }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw .reading(path, code: errno) }
    if status.isDirectory { throw .isDirectory(path: path) }

    // One byte of room beyond the size lets the next read see the end; a pipe has no size at all.
    var bytes = [UInt8](repeating: 0, count: max(Int(status.st_size) + 1, 1 << 12))
    var filled = 0
    while true {
      if filled == bytes.count {
        bytes.append(contentsOf: repeatElement(0, count: bytes.count))
      }
      let (got, code) = bytes.withUnsafeMutableBytes { memory in
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[filled...])
        let got = retrying { readSome(descriptor, room) }
        return (got, errno)
      }
      if got < 0 { throw .reading(path, code: code) }
      if got == 0 { break }
      filled += got
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  /// Whether there is a file, a folder or a link that leads to one.
  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0
  }

  /// Whether `path` is a folder, or a link to one.
  package static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.isDirectory
  }

  /// Makes a folder; one that is there already is no error.
  package static func makeDirectory(
    _ path: String, withParents: Bool = false
  ) throws(FileError) {
    if mkdir(path, 0o777) == 0 { return }
    let code = errno
    if code == ENOENT && withParents {
      let parent = folder(of: path)
      if parent != path {
        try makeDirectory(parent, withParents: true)
        return try makeDirectory(path)
      }
    }
    if code != EEXIST { throw .writing(path, code: code) }
    if !isDirectory(path) { throw .notDirectory(path: path) }
  }

  /// The names in a folder, sorted, without `.` and `..`.
  package static func list(_ path: String) throws(FileError) -> [String] {
    guard let stream = opendir(path) else { throw .reading(path, code: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      // A null answer is the end of the folder or an error; only errno tells them apart.
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    if errno != 0 { throw .reading(path, code: errno) }
    return names.sorted()
  }

  /// Removes a file, a link or a folder; a link's target stays.
  package static func remove(_ path: String, recursively: Bool = false) throws(FileError) {
    var status = stat()
    if lstat(path, &status) != 0 { throw .writing(path, code: errno) }
    if !status.isDirectory {
      if unlink(path) != 0 { throw .writing(path, code: errno) }
      return
    }
    if recursively {
      for name in try list(path) { try remove(path + "/" + name, recursively: true) }
    }
    if rmdir(path) != 0 { throw .writing(path, code: errno) }
  }
}

extension Files {
  /// The folder that holds `path`; `.` for a bare name.
  static func folder(of path: String) -> String {
    let path = trimmed(path)
    guard let slash = path.lastIndex(of: "/") else { return "." }
    let folder = trimmed(String(path[..<slash]))
    return folder.isEmpty ? "/" : folder
  }

  /// The last part of `path`.
  static func name(of path: String) -> String {
    let path = trimmed(path)
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
  }

  private static func trimmed(_ path: String) -> String {
    var path = path[...]
    while path.count > 1 && path.last == "/" { path.removeLast() }
    return String(path)
  }

  /// Calls again while a signal interrupts the call.
  static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result != -1 || errno != EINTR { return result }
    }
  }
}

/// The system's `read`, which the method of the same name hides inside `Files`.
private func readSome(_ descriptor: Int32, _ room: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, room.baseAddress, room.count)
}

extension stat {
  fileprivate var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
}

extension Files {
  /// The path from the root of the file system; `path` need not exist.
  package static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { room in
      guard let folder = getcwd(room.baseAddress, room.count) else { return path }
      return String(cString: folder) + "/" + path
    }
  }
}
