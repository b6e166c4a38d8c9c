/// Why an event file, or one record of it, was refused.
package enum TensorBoardError: Error, Equatable, Sendable {
  case file(FileError)
  case notEvents(path: String)
  /// Where the next record begins is not known then.
  case lengthChecksum(path: String, offset: Int)
  case payloadChecksum(path: String, offset: Int, bytes: Int)
  case tooLarge(path: String, offset: Int, bytes: UInt64, limit: Int)
  /// A record with the right checksum that is no event.
  /// - offset: the byte of the file where it is wrong.
  case malformed(path: String, offset: Int, reason: String)
}

extension TensorBoardError {
  /// Whether the records behind the one that was refused can be read.
  package var canGoOn: Bool {
    switch self {
    case .file, .notEvents, .lengthChecksum: false
    case .payloadChecksum, .tooLarge, .malformed: true
    }
  }
}

extension TensorBoardError: CustomStringConvertible {
  package var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .file(let error): error.description
    case .notEvents(let path):
      "\(path): starts like no TensorBoard event file; name one (events.out.tfevents...), or copy "
        + "it again if it is one"
    case .lengthChecksum(let path, let offset):
      "\(path): byte \(offset): the length of a record has another checksum than the file says; "
        + "it is damaged from there on, copy it again"
    case .payloadChecksum(let path, let offset, let bytes):
      "\(path): byte \(offset): a record of \(bytes) bytes has another checksum than the file "
        + "says; it is damaged, copy it again"
    case .tooLarge(let path, let offset, let bytes, let limit):
      "\(path): byte \(offset): a record of \(bytes) bytes is not read, at most \(limit) are; "
        + "write graphs, images and videos to a file of their own"
    case .malformed(let path, let offset, let reason):
      "\(path): byte \(offset): the record is no TensorBoard event, \(reason); its checksum is "
        + "right, so it was written so: name a file of a SummaryWriter"
    }
  }
}
