import ThalwegRecord

/// Why a file that describes training was refused.
package enum RunFileError: Error, Equatable, Sendable {
  /// The content is of no kind that is read.
  case unknownKind(path: String, found: String)
  case empty(path: String)
  /// Larger than what is read whole.
  case tooLarge(path: String, bytes: Int, limit: Int)
  /// The content breaks the form of its kind. `place`: line 14, byte 3120.
  case malformed(path: String, place: String, problem: String)
  case badMap(String)
}

extension RunFileError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .unknownKind(let path, let found):
      "\(path): \(found); 'thalweg help diagnose' lists the kinds of files that are read"
    case .empty(let path):
      "\(path): the file is empty; name a log, a metrics file or a configuration"
    case .tooLarge(let path, let bytes, let limit):
      "\(path): \(bytes) bytes, where a file of this kind is read up to \(limit); export its "
        + "figures as JSON lines or CSV"
    case .malformed(let path, let place, let problem):
      "\(path): \(place): \(problem)"
    case .badMap(let text):
      "--map \(text): write name=name, as in loss=train_loss"
    }
  }
}
