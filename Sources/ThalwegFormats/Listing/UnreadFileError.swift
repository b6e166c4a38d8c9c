/// A file that is no checkpoint of a kind that is read.
package enum UnreadFileError: Error, Equatable, Sendable {
  case notYet(path: String, kind: String, advice: String)
  case unknown(path: String)
  case folder(path: String, files: [String])
}

extension UnreadFileError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .notYet(let path, let kind, let advice):
      "\(path): is \(kind), which is not read yet; \(advice)"
    case .folder(let path, let files):
      "\(path): is a folder without state.json or run.json; name a file in it"
        + (files.isEmpty
          ? ", or a run's folder" : ": " + files.prefix(5).joined(separator: ", "))
    case .unknown(let path):
      "\(path): starts like no checkpoint that is known; name a file of safetensors, "
        + "torch.save or NumPy"
    }
  }
}
