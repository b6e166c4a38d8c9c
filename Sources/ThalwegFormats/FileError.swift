#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// What the file system refused, for which path, and why.
package enum FileError: Error, Equatable, Sendable {
  case missing(path: String)
  case isDirectory(path: String)
  case notDirectory(path: String)
  case unreadable(path: String, reason: String)
  case notEmpty(path: String)
  case cannotWrite(path: String, reason: String)
  case diskFull(path: String)
  case inUse(path: String)
  /// A file that should be cut to `wanted` bytes has fewer.
  case shorter(path: String, length: Int, wanted: Int)
}

extension FileError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .missing(let path):
      "\(path): no such file or folder; check the path"
    case .isDirectory(let path):
      "\(path): is a folder where a file is needed; name a file in it"
    case .notDirectory(let path):
      "\(path): is a file where a folder is needed; name a folder"
    case .unreadable(let path, let reason):
      "\(path): cannot be read (\(reason)); check that it is yours to read"
    case .notEmpty(let path):
      "\(path): the folder is not empty; name a new or an empty one"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written (\(reason)); check that its folder exists and is yours to write"
    case .diskFull(let path):
      "\(path): the disk is full; free some space or name a folder on another disk"
    case .inUse(let path):
      "\(path): another process is at work in it; wait for its end or name another folder"
    case .shorter(let path, let length, let wanted):
      "\(path): has \(length) bytes where at least \(wanted) are needed; it was cut since it was "
        + "saved, resume from an older checkpoint"
    }
  }
}

extension FileError {
  /// The error of a call that was to read `path` and left `code` in errno.
  static func reading(_ path: String, code: Int32) -> FileError {
    switch code {
    case ENOENT: .missing(path: path)
    case EISDIR: .isDirectory(path: path)
    case ENOTDIR: .notDirectory(path: path)
    default: .unreadable(path: path, reason: text(of: code))
    }
  }

  /// The error of a call that was to write `path` and left `code` in errno.
  static func writing(_ path: String, code: Int32) -> FileError {
    switch code {
    case ENOSPC, EDQUOT: .diskFull(path: path)
    case EISDIR: .isDirectory(path: path)
    case ENOTEMPTY: .notEmpty(path: path)
    default: .cannotWrite(path: path, reason: text(of: code))
    }
  }

  private static func text(of code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text).lowercased()
  }
}
