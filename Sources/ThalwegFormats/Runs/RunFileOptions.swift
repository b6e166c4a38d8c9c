import ThalwegRecord

/// How files that describe training are to be read.
package struct RunFileOptions: Sendable {
  /// Names as they are meant, by names as the files have them.
  package private(set) var map: [String: String] = [:]
  /// The names that files have, in the order in which the user gave them.
  package private(set) var mapped: [String] = []

  package init() {}

  /// - Parameter maps: `loss=train_loss`: what files call `train_loss` is meant to be `loss`.
  package init(maps: [String]) throws(RunFileError) {
    for text in maps {
      guard let mark = text.firstIndex(of: "=") else { throw .badMap(text) }
      let meant = String(text[..<mark])
      let name = String(text[text.index(after: mark)...])
      if meant.isEmpty || name.isEmpty { throw .badMap(text) }
      if !RunFileOptions.isUnderstood(meant) {
        let known = Role.allCases.map(\.rawValue) + ProgressName.names + FigureNames.known
        throw .unknownMeaning(map: text, nearest: Spelling.nearest(meant, in: known))
      }
      if let other = map[name], other != meant { throw .mappedTwice(name: name) }
      if map.updateValue(meant, forKey: name) == nil { mapped.append(name) }
    }
  }

  private static func isUnderstood(_ meant: String) -> Bool {
    RunCollector.meaning(meant: meant).role != nil || ProgressName(meant) != nil
  }
}
