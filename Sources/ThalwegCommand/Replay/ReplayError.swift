private import ThalwegFormats

/// What is wrong with what a replay is asked to do.
enum ReplayError: Error, Equatable, CustomStringConvertible {
  case badAssignment(String)
  case unknownKey(String, nearest: String?)
  /// The line that holds the value is not of the form `key: value`.
  case cannotEdit(key: String, place: String)
  case noFiles(folder: String, known: [String])
  /// A file that took the place of ours holds more than one run.
  case severalRuns([String], count: Int)

  var description: String { text.onOneLine }

  private var text: String {
    switch self {
    case .badAssignment(let text):
      "--set \(text): write key=value, as in gradient_clip_norm=4"
    case .unknownKey(let key, let nearest):
      "--set \(key): neither diagnosed.yaml nor stated.yaml has that key"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .cannotEdit(let key, let place):
      "--set \(key): \(place) does not hold it as one line 'key: value'; edit a copy and name its "
        + "folder by --data"
    case .noFiles(let folder, let known):
      "\(folder): holds none of \(known.joined(separator: ", "))"
    case .severalRuns(let paths, let count):
      "\(paths.joined(separator: ", ")): describe \(count) runs, where a replay is about one"
    }
  }
}
