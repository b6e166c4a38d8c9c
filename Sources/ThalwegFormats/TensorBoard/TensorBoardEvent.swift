/// One record of an event file.
package struct TensorBoardEvent: Equatable, Sendable {
  /// The byte of the file where the record begins.
  package var offset: Int
  package var step: Int
  /// Seconds since 1970.
  package var wallTime: Double
  package var values: [TensorBoardValue]
  /// The form of the file, which its first event alone says: `brain.Event:2`.
  package var version: String?
  /// What the event holds that is not read, by its name in event.proto, such as `graph_def`.
  package var unread: String?

  package init(
    offset: Int, step: Int, wallTime: Double, values: [TensorBoardValue], version: String? = nil,
    unread: String? = nil
  ) {
    self.offset = offset
    self.step = step
    self.wallTime = wallTime
    self.values = values
    self.version = version
    self.unread = unread
  }
}
