/// Reads one file that describes training, as far as it is written, into a collector.
package protocol RunFileReader {
  /// Reads on to the end of what is there.
  /// - Parameter isFinal: whether the file will not grow: a last line without an end counts.
  /// - Throws: `FileError`, or `RunFileError` with the place of what is wrong.
  mutating func advance(_ collector: RunCollector, isFinal: Bool) throws
}
