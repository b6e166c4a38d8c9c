/// Why a NumPy array was refused.
package enum NPYError: Error, Equatable, Sendable {
  case zip(ZipError)
  /// - source: the file, and where it is a zip the entry.
  case cut(source: String, bytes: Int)
  case start(source: String)
  case version(source: String, found: String)
  case headerLength(source: String, bytes: Int, limit: Int)
  case header(source: String, offset: Int, expected: String)
  /// A type of element that is not read.
  case type(source: String, description: String, reason: String)
  case shape(source: String, reason: String)
  case size(source: String, bytes: Int, expected: Int)
  case tooMany(path: String, limit: Int)
}

extension NPYError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .zip(let error): error.description
    case .cut(let source, let bytes):
      "\(source): \(bytes) bytes are too few for an array; it was cut, copy it again"
    case .start(let source):
      "\(source): does not start as an array of NumPy does; save it with numpy.save or numpy.savez"
    case .version(let source, let found):
      "\(source): version \(found) of the npy format is not read, 1.0 to 3.0 are; save it again"
    case .headerLength(let source, let bytes, let limit):
      "\(source): a header of \(bytes) bytes is not read, at most \(limit) are; save a plain array"
    case .header(let source, let offset, let expected):
      "\(source): byte \(offset): the header lacks \(expected); it is damaged, save it again"
    case .type(let source, let description, let reason):
      "\(source): its dtype \(description) \(reason)"
    case .shape(let source, let reason):
      "\(source): its shape is not read: \(reason)"
    case .size(let source, let bytes, let expected):
      "\(source): has \(bytes) bytes of numbers where its shape needs \(expected); it was cut or "
        + "has something behind it, save it again"
    case .tooMany(let path, let limit):
      "\(path): the list of its arrays takes more than \(limit) bytes, or they have more than 2^63 "
        + "elements; save them in several files"
    }
  }
}
