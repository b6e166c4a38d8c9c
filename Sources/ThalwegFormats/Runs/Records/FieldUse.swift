/// What a field of a record says.
enum FieldUse {
  case figure
  case progress(ProgressName)
  /// Which of several records for one moment this is: `mode: train`, `kind: epoch`. Of several
  /// such fields the one of the lowest rank is taken.
  case group(rank: Int)
  /// What became of the step, as our own runs say.
  case outcome
  /// What made a step fail, as our own runs say.
  case culprit
  /// Says that the object it stands in is a picture, a table or a histogram, as Weights & Biases
  /// writes them.
  case mark

  /// - Parameter meant: what the user says that the name means.
  init(_ path: [String], meant: String?) {
    let name = meant ?? path.joined(separator: "/")
    if let progress = ProgressName(name) {
      self = .progress(progress)
    } else if path.last == "_type" {
      self = .mark
    } else if path == ["outcome"] {
      self = .outcome
    } else if path == ["culprit"] {
      self = .culprit
    } else if path.count == 1, let rank = FieldUse.groups.firstIndex(of: path[0]) {
      self = .group(rank: rank)
    } else {
      self = .figure
    }
  }

  private static let groups = ["kind", "mode", "split", "phase", "stage", "subset"]
}
