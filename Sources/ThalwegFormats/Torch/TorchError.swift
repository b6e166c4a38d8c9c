/// Why a file that torch.save may have written was refused.
package enum TorchError: Error, Equatable, Sendable {
  case zip(ZipError)
  case noPickle(path: String)
  case severalPickles(path: String)
  case script(path: String)
  case byteOrder(path: String, found: String)
  case bigEndian(path: String)
  /// A storage behind the pickles whose length cannot be known, nor where the next one starts.
  case unknownStorage(path: String, key: String)
  case cut(path: String, key: String, bytes: Int)
  case trailing(path: String, bytes: Int)
  /// - at: the keys that lead to what is wrong.
  case malformed(path: String, at: String, expected: String)
  case noStorage(path: String, at: String, key: String)
  case storageSize(path: String, at: String, key: String, bytes: Int, needed: Int)
  case storageTypes(path: String, at: String, key: String)
  case beyondStorage(path: String, at: String, key: String, elements: Int)
  case duplicateKey(path: String, at: String, key: String)
  case tooDeep(path: String, at: String, limit: Int)
  case tooMany(path: String, at: String, limit: Int)
}

extension TorchError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .zip(let error): error.description
    case .noPickle(let path):
      "\(path): is a zip without '<name>/data.pkl', so torch.save did not write it; name a "
        + "checkpoint"
    case .severalPickles(let path):
      "\(path): is a zip with more than one '<name>/data.pkl'; save it again with torch.save"
    case .script(let path):
      "\(path): is a TorchScript archive, which is not read yet; save its state_dict() with "
        + "torch.save"
    case .byteOrder(let path, let found):
      "\(path): its byteorder says '\(found)', neither little nor big; save it again"
    case .bigEndian(let path):
      "\(path): says that a big-endian machine wrote it in the form before PyTorch 1.6, which "
        + "is not read; load it there and save it again"
    case .unknownStorage(let path, let key):
      "\(path): storage '\(key.prefix(64))' belongs to nothing that is read, so that what lies "
        + "behind it cannot be found; save the tensors alone"
    case .cut(let path, let key, let bytes):
      "\(path): storage '\(key)' ends beyond the \(bytes) bytes of the file; it was cut, copy it "
        + "again"
    case .trailing(let path, let bytes):
      "\(path): \(bytes) bytes follow the last storage; save one object in a file"
    case .malformed(let path, let at, let expected):
      "\(path): \(TorchError.place(at)) lacks \(expected); save it again with torch.save"
    case .noStorage(let path, let at, let key):
      "\(path): \(TorchError.place(at)) lies in storage '\(key)', which the file does not hold; "
        + "save it again"
    case .storageSize(let path, let at, let key, let bytes, let needed):
      "\(path): \(TorchError.place(at)): storage '\(key)' has \(bytes) bytes where \(needed) are "
        + "needed; save it again"
    case .storageTypes(let path, let at, let key):
      "\(path): \(TorchError.place(at)): storage '\(key)' is said to be two things; save it again"
    case .beyondStorage(let path, let at, let key, let elements):
      "\(path): \(TorchError.place(at)) reaches beyond the \(elements) elements of storage "
        + "'\(key)'; save it again"
    case .duplicateKey(let path, let at, let key):
      "\(path): \(TorchError.place(at)) has the key '\(key)' twice; save it again"
    case .tooDeep(let path, let at, let limit):
      "\(path): \(TorchError.place(at)) lies deeper than \(limit), or in itself; save the tensors "
        + "in a flat dictionary"
    case .tooMany(let path, let at, let limit):
      "\(path): \(TorchError.place(at)): the same values in so many places that their keys take "
        + "more than \(limit) bytes; save each once"
    }
  }

  private static func place(_ keys: String) -> String {
    if keys.isEmpty { return "the saved object" }
    return keys.count > 200 ? "'\(keys.prefix(200))...'" : "'\(keys)'"
  }
}
