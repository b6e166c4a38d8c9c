/// Why a safetensors file was refused.
package enum SafetensorsError: Error, Equatable, Sendable {
  case file(FileError)
  case tooShort(path: String, bytes: Int)
  case headerLength(path: String, length: UInt64, limit: Int)
  case headerStart(path: String)
  case header(JSONError)
  case malformed(path: String, name: String, expected: String)
  /// A type of the format that we cannot compute with.
  case elementType(path: String, name: String, type: String)
  /// A type that the format does not have.
  case unknownType(path: String, name: String, type: String)
  case shape(path: String, name: String, reason: String)
  case size(path: String, name: String, bytes: Int, expected: Int)
  case beyondEnd(path: String, name: String, end: Int, dataBytes: Int)
  case overlap(path: String, name: String, offset: Int)
  /// Bytes that belong to no tensor.
  case hole(path: String, offset: Int, bytes: Int)
}

extension SafetensorsError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .file(let error): error.description
    case .tooShort(let path, let bytes):
      "\(path): \(bytes) bytes are too few for a safetensors file; it was cut, copy it again"
    case .headerLength(let path, let length, let limit):
      "\(path): a header of \(length) bytes is longer than the file or than \(limit); this is no "
        + "safetensors file, or it was cut"
    case .headerStart(let path):
      "\(path): the header does not start with '{'; this is no safetensors file"
    case .header(let error):
      "header of \(error)"
    case .malformed(let path, let name, let expected):
      "\(path): '\(name)' in the header lacks \(expected); write the file anew"
    case .elementType(let path, let name, let type):
      "\(path): '\(name)' holds \(type), which is not read; convert it to "
        + Safetensors.Element.allCases.map(\.rawValue).joined(separator: ", ")
    case .unknownType(let path, let name, let type):
      "\(path): '\(name)' holds '\(type)', which is no type known here; those known are "
        + ElementType.allCases.compactMap(\.safetensorsName).joined(separator: ", ")
    case .shape(let path, let name, let reason):
      "\(path): the shape of '\(name)' is not read: \(reason)"
    case .size(let path, let name, let bytes, let expected):
      "\(path): '\(name)' has \(bytes) bytes where its shape needs \(expected); write it anew"
    case .beyondEnd(let path, let name, let end, let dataBytes):
      "\(path): '\(name)' ends at byte \(end) of \(dataBytes); the file was cut, copy it again"
    case .overlap(let path, let name, let offset):
      "\(path): '\(name)' shares bytes from \(offset) on with another tensor; write it anew"
    case .hole(let path, let offset, let bytes):
      "\(path): \(bytes) bytes from \(offset) on belong to no tensor; write the file anew"
    }
  }
}
