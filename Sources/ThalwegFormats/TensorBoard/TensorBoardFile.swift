/// The events of a TensorBoard event file, one after the other; memory is for one record at a time.
///
/// Every byte of a record is under a checksum, which is compared before anything of it is given.
package struct TensorBoardFile {
  /// The form that the file says it has; nil: not said so far.
  package private(set) var version: String?
  private var records: RecordStream
  private var decoder = TensorBoardDecoder()

  /// Opens a file; what is in it is looked at by `next`.
  package init(path: String) throws(TensorBoardError) {
    do throws(FileError) {
      records = RecordStream(try RandomAccessFile(path))
    } catch {
      throw .file(error)
    }
  }

  /// The byte where the record begins of which the file holds only a part, as that of a run that
  /// goes on or was killed does; nil while `next` gives events, and at an end behind a whole record.
  package var truncatedAt: Int? { records.truncatedAt }

  /// The next event; nil at the end of the file, whole or not.
  ///
  /// A call after nil gives what was written since. After an error that says `canGoOn` a call goes
  /// on behind the record that it is about; after another one it gives the error again.
  package mutating func next() throws(TensorBoardError) -> TensorBoardEvent? {
    guard let record = try records.next() else { return nil }
    do throws(ProtobufError) {
      let event = try decoder.event(records.buffer, record.payload, offset: record.offset)
      version = event.version ?? version
      return event
    } catch {
      throw .malformed(
        path: records.file.path, offset: records.bufferStart + error.position, reason: error.reason)
    }
  }

  /// Whether a file that starts so is one of events: the length of its first record has the right
  /// checksum, and so far as the record is among these bytes it is an event with the right one.
  package static func recognizes(_ head: [UInt8]) -> Bool {
    let start = RecordStream.headerBytes
    if head.count < start { return false }
    guard let length = RecordStream.length(head, at: 0) else { return false }
    let held = head.count - start - RecordStream.checksumBytes
    if held < 0 || length > UInt64(held) {
      // Other messages come in records too; those for training begin with a field 1 of bytes.
      return head.count == start || head[start] != 0x0A
    }
    let payload = start..<start + Int(length)
    if !RecordStream.hasChecksum(head, payload) { return false }
    var decoder = TensorBoardDecoder()
    return (try? decoder.event(head, payload, offset: 0)) != nil
  }
}
