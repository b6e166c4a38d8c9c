/// Why the numbers of a checkpoint were not read.
package enum NumbersError: Error, Equatable, Sendable {
  case file(FileError)
  case zip(ZipError)
  /// Views of one storage that ask for the same bytes again and again.
  case tooMuch(path: String, at: String, limit: Int)
}

extension NumbersError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .file(let error): error.description
    case .zip(let error): error.description
    case .tooMuch(let path, let at, let limit):
      "\(path): '\(at.prefix(200))': its tensors are views that ask for more than "
        + "\(limit) bytes, many times what the file holds; save them as tensors of their own"
    }
  }
}
