/// Why a zip file, or one entry of it, was refused.
package enum ZipError: Error, Equatable, Sendable {
  case file(FileError)
  /// Nothing says where the directory lies.
  case noEnd(path: String)
  case malformed(path: String, offset: Int, expected: String)
  case directoryTooLarge(path: String, bytes: Int, limit: Int)
  case name(path: String, name: String, reason: String)
  case duplicateName(path: String, name: String)
  case overlap(path: String, name: String, other: String)
  case encrypted(path: String, name: String)
  case compressed(path: String, name: String, method: Int)
  case tooLarge(path: String, name: String, bytes: Int, limit: Int)
  case method(path: String, name: String, method: Int)
  /// More bytes than deflate could have packed into those that are there.
  case bomb(path: String, name: String, bytes: Int, stored: Int)
  /// - at: how many bytes were unpacked before.
  case deflate(path: String, name: String, at: Int, reason: String)
}

extension ZipError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .file(let error): error.description
    case .noEnd(let path):
      "\(path): the zip has no end record; it was cut, copy it again"
    case .malformed(let path, let offset, let expected):
      "\(path): byte \(offset): the zip lacks \(expected); it is damaged, copy or save it again"
    case .directoryTooLarge(let path, let bytes, let limit):
      "\(path): a zip directory of \(bytes) bytes is not read, at most \(limit) are; save fewer "
        + "entries"
    case .name(let path, let name, let reason):
      "\(path): the entry '\(name)' \(reason); do not unpack this file, ask for another"
    case .duplicateName(let path, let name):
      "\(path): two entries are named '\(name)'; do not trust this file, ask for another"
    case .overlap(let path, let name, let other):
      "\(path): the entry '\(name)' shares bytes with '\(other)'; do not trust this file, ask "
        + "for another"
    case .encrypted(let path, let name):
      "\(path): the entry '\(name)' is encrypted; save the file without a password"
    case .compressed(let path, let name, let method):
      "\(path): the entry '\(name)' is compressed (method \(method)), which torch.save never "
        + "does; pack it anew without compression"
    case .tooLarge(let path, let name, let bytes, let limit):
      "\(path): the entry '\(name)' has \(bytes) bytes, at most \(limit) are read; save the "
        + "tensors without what else is in the file"
    case .method(let path, let name, let method):
      "\(path): the entry '\(name)' is compressed by method \(method), of which none but deflate "
        + "(8) is read; pack it anew"
    case .bomb(let path, let name, let bytes, let stored):
      "\(path): the entry '\(name)' claims \(bytes) bytes from \(stored), more than can be packed "
        + "into them; do not trust this file, ask for another"
    case .deflate(let path, let name, let at, let reason):
      "\(path): the entry '\(name)' \(reason) after \(at) unpacked bytes; it is damaged, copy or "
        + "save it again"
    }
  }
}
