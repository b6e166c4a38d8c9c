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
  /// A folder holds no file of a kind that is read.
  case emptyFolder(path: String)
  case badMap(String)
  /// `nearest`: what may be meant.
  case unknownMeaning(map: String, nearest: String?)
  case mappedTwice(name: String)
  /// No file has the name.
  case unusedMap(map: String, nearest: String?)
}

extension RunFileError: CustomStringConvertible {
  /// What a file holds may be long; its beginning tells what is wrong.
  private static let textLimit = 1000

  package var description: String {
    let line = text.onOneLine
    if line.count <= RunFileError.textLimit { return line }
    return line.prefix(RunFileError.textLimit) + "..."
  }

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
    case .emptyFolder(let path):
      "\(path): no file in this folder is of a kind that is read; name the files, a log that is "
        + "called otherwise than *.log among them"
    case .unknownMeaning(let map, let nearest):
      "--map \(map): what stands before '=' is a name that is understood, such as loss, "
        + "gradient_norm, learning_rate, step" + RunFileError.question(nearest)
    case .mappedTwice(let name):
      "--map: '\(name)' is given two meanings; remove one"
    case .unusedMap(let map, let nearest):
      "--map \(map): no file has what stands behind '='" + RunFileError.question(nearest)
    }
  }

  private static func question(_ nearest: String?) -> String {
    nearest.map { "; did you mean '\($0)'?" } ?? ""
  }
}
