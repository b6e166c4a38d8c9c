/// A file that describes a run, and how much of it was understood.
package struct SourceRecord: Sendable, Equatable {
  package enum Unit: String, Sendable {
    case line, byte
  }

  package var path: String
  /// What kind of file it is, in words: `Hugging Face trainer state`.
  package var kind: String
  /// What a `Place` counts in.
  package var unit: Unit
  /// Lines, entries or records that are not blank.
  package var parts = 0
  /// Those of them that yielded a value.
  package var understood = 0
  /// What the reader wants to say of the file: where it is cut, what was left out.
  package var remarks: [String] = []

  package init(path: String, kind: String, unit: Unit = .line) {
    self.path = path
    self.kind = kind
    self.unit = unit
  }
}
