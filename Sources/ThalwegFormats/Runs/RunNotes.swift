import ThalwegRecord

/// What of a file was left out or taken otherwise than it stands, counted by what it is.
struct RunNotes {
  private static let kindLimit = 20
  private static let nameLimit = 8

  private struct Note {
    var what: String
    var count: Int
    var first: Int?
  }

  private var notes: [Note] = []
  private var fields: [(name: String, content: String)] = []
  private var fieldCount = 0
  private var seen: Set<String> = []

  mutating func add(_ what: String, at position: Int?) {
    if let known = notes.firstIndex(where: { $0.what == what }) {
      notes[known].count += 1
    } else if notes.count < RunNotes.kindLimit {
      notes.append(Note(what: what, count: 1, first: position))
    }
  }

  mutating func leaveOut(_ name: String, holding content: String) {
    if !seen.insert(name + "\n" + content).inserted { return }
    fieldCount += 1
    if fields.count < RunNotes.nameLimit { fields.append((name, content)) }
  }

  func remarks(unit: SourceRecord.Unit) -> [String] {
    var remarks = notes.map { note in
      let place = note.first.map { unit == .line ? ", the first in line \($0)" : " at byte \($0)" }
      return "\(note.what): \(note.count)\(place ?? "")"
    }
    if !fields.isEmpty {
      let names = fields.map { "'\($0.name)' (\($0.content))" }.joined(separator: ", ")
      let more = fieldCount > fields.count ? " and \(fieldCount - fields.count) more" : ""
      remarks.append("no figures, left out: \(names)\(more)")
    }
    return remarks
  }
}
