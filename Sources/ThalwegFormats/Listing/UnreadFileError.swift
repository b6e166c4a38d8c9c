/// A file that is no checkpoint of a kind that is read.
package enum UnreadFileError: Error, Equatable, Sendable {
  case notYet(path: String, kind: String, advice: String)
  case unknown(path: String)
}

extension UnreadFileError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .notYet(let path, let kind, let advice):
      "\(path): is \(kind), which is not read yet; \(advice)"
    case .unknown(let path):
      "\(path): starts like no checkpoint that is known; name a safetensors file, or one that "
        + "torch.save wrote"
    }
  }
}
