/// A file that is no checkpoint of a kind that is read.
package enum UnreadFileError: Error, Equatable, Sendable {
  case notYet(path: String, kind: String, advice: String)
  case unknown(path: String)
  case folder(path: String)
}

extension UnreadFileError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .notYet(let path, let kind, let advice):
      "\(path): is \(kind), which is not read yet; \(advice)"
    case .folder(let path):
      "\(path): is a folder without state.json or run.json; name a file in it, or a run's folder"
    case .unknown(let path):
      "\(path): starts like no checkpoint that is known; name a file of safetensors, "
        + "torch.save or NumPy"
    }
  }
}
