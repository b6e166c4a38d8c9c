import ThalwegFormats

/// One kill, and what it left.
struct KillRecord {
  enum Aim: String {
    /// Within the first hundredths of a second: some come before the run folder is there.
    case start
    /// At a moment drawn at random.
    case moment
    /// As soon as a folder written aside is seen.
    case save
    /// As soon as `last` has turned to the checkpoint at the end of an epoch.
    case turn
  }

  let run: Int
  let aim: Aim
  /// Since the process was started.
  let seconds: Double
  let hasFolder: Bool
  /// The step of the checkpoint that the run goes on from; nil before the first one.
  let savedStep: Int?
  /// What lay in the folder written aside after the process was dead; nil where there was none.
  let aside: [String]?

  var json: JSON {
    .object([
      .init("run", .integer(run)),
      .init("aim", .string(aim.rawValue)),
      .init("seconds", .number(seconds)),
      .init("run_folder", .bool(hasFolder)),
      .init("saved_step", savedStep.map(JSON.integer) ?? .null),
      .init("inside_save", .bool(aside != nil)),
      .init("aside", .string(aside?.joined(separator: " ") ?? "")),
    ])
  }
}

/// A run that was killed and resumed until it ended.
struct KilledRun {
  let number: Int
  let differences: [String]
  let stepsAreWhole: Bool

  var json: JSON {
    .object([
      .init("ended_run", .integer(number)),
      .init("identical", .bool(differences.isEmpty)),
      .init("differs", .string(differences.joined(separator: " "))),
      .init("steps_whole", .bool(stepsAreWhole)),
    ])
  }
}
