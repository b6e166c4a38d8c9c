/// The records of a file in TensorFlow's TFRecord framing, one after the other, with their checksums.
///
/// A record is the length of its payload (8 bytes), the masked CRC-32C of these bytes (4), the
/// payload, and the masked CRC-32C of it (4), all little-endian; see `tf.io.TFRecordWriter` and
/// tensorflow/core/lib/io/record_writer.h.
struct RecordStream {
  struct Record {
    /// The byte of the file where its length stands.
    let offset: Int
    /// Where it lies in `buffer`.
    let payload: Range<Int>
  }

  static let recordLimit = 1 << 26
  static let headerBytes = 12
  static let checksumBytes = 4
  private static let blockBytes = 1 << 20

  let file: RandomAccessFile
  /// Where the record begins of which only a part is in the file; nil: the last call found the end
  /// of the file right behind a record, or a record.
  private(set) var truncatedAt: Int?
  /// Where the next record begins.
  private var position = 0
  /// Where the last record began, if `position` lies behind one.
  private var lastStart = 0
  private var knownLength = 0
  /// What was last read of the file, from `bufferStart` on.
  private(set) var buffer: [UInt8] = []
  private(set) var bufferStart = 0

  init(_ file: RandomAccessFile) { self.file = file }

  /// nil where no whole record follows; a later call looks again.
  ///
  /// After an error about one record whose length is sure, a later call goes on behind it.
  mutating func next() throws(TensorBoardError) -> Record? {
    truncatedAt = nil
    let start = position
    guard let header = try held(RecordStream.headerBytes) else { return nil }
    guard let length = RecordStream.length(buffer, at: header) else {
      if start == 0 { throw .notEvents(path: file.path) }
      throw .lengthChecksum(path: file.path, offset: start)
    }
    if length > UInt64(RecordStream.recordLimit) {
      leap(over: length)
      throw .tooLarge(
        path: file.path, offset: start, bytes: length, limit: RecordStream.recordLimit)
    }
    let frame = RecordStream.headerBytes + RecordStream.checksumBytes
    guard let first = try held(frame + Int(length)) else { return nil }
    leap(over: length)
    let payload = first + RecordStream.headerBytes..<first + RecordStream.headerBytes + Int(length)
    if !RecordStream.hasChecksum(buffer, payload) {
      throw .payloadChecksum(path: file.path, offset: start, bytes: Int(length))
    }
    return Record(offset: start, payload: payload)
  }

  /// What the first bytes of a record, which must be there, say of its length; nil where their
  /// checksum is another.
  static func length(_ bytes: [UInt8], at start: Int) -> UInt64? {
    if !hasChecksum(bytes, start..<start + 8) { return nil }
    return ByteCursor.unsigned(bytes[start..<start + 8])
  }

  /// Whether the four bytes behind a range hold its checksum; both must be there.
  static func hasChecksum(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let said = bytes[range.upperBound..<range.upperBound + checksumBytes]
    let made = bytes.withUnsafeBytes { CRC32C.masked(UnsafeRawBufferPointer(rebasing: $0[range])) }
    return UInt64(made) == ByteCursor.unsigned(said)
  }

  private mutating func leap(over length: UInt64) {
    lastStart = position
    let frame = RecordStream.headerBytes + RecordStream.checksumBytes
    let (end, overflows) = (position + frame).addingReportingOverflow(Int(clamping: length))
    position = overflows ? .max : end
  }

  /// Where the next bytes of the file lie in the buffer; nil where it has not so many.
  private mutating func held(_ count: Int) throws(TensorBoardError) -> Int? {
    if position > bufferStart + buffer.count - count {
      let length = try currentLength()
      if position > length - count {
        truncatedAt = position < length ? position : position > length ? lastStart : nil
        return nil
      }
      // The old bytes go first: with a large record of before and this one both would be there.
      buffer = []
      bufferStart = position
      let end = min(length, position + max(count, RecordStream.blockBytes))
      do throws(FileError) {
        buffer = try file.bytes(position..<end)
      } catch {
        throw .file(error)
      }
    }
    return position - bufferStart
  }

  private mutating func currentLength() throws(TensorBoardError) -> Int {
    do throws(FileError) {
      let length = try file.currentLength()
      if length < knownLength {
        throw .unreadable(
          path: file.path,
          reason: "it had \(knownLength) bytes and has \(length), was it just changed?")
      }
      knownLength = length
      return length
    } catch {
      throw .file(error)
    }
  }
}
