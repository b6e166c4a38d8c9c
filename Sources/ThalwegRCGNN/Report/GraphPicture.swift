private import ThalwegFormats

/// A found graph beside the true one, as text.
package enum GraphPicture {
  /// Two matrices side by side, row causes column: `#` an edge, `.` none; in the found graph a
  /// wrong edge is `+` and a missed one `-` where the truth is known.
  package static func lines(found: [Bool], truth: Graph?, names: [String]) -> [String] {
    let d = names.count
    let width = min(12, names.map(\.count).max() ?? 1)
    let title = truth == nil ? "found" : Text.left("found", 2 * d + 3) + "true"
    var lines = ["row causes column"]
    lines.append(String(repeating: " ", count: width + 1) + title)
    for i in 0..<d {
      let name = Text.left(String(names[i].prefix(width)), width)
      let row = (0..<d).map { j -> String in
        let edge = found[i * d + j]
        guard let truth else { return edge ? "#" : "." }
        return switch (edge, truth[i, j]) {
        case (true, true): "#"
        case (true, false): "+"
        case (false, true): "-"
        case (false, false): "."
        }
      }
      var line = name + " " + row.joined(separator: " ")
      if let truth {
        line += "    " + (0..<d).map { truth[i, $0] ? "#" : "." }.joined(separator: " ")
      }
      lines.append(line)
    }
    if truth != nil { lines.append("# found rightly, + found wrongly, - missed") }
    return lines
  }
}
