import ThalwegRecord

/// A list of objects that name what they are about: `[{"name": "recon", "raw": 0.4}]`.
struct NamedEntries {
  private static let tensorKeys = ["path", "tensor", "parameter"]
  private static let nameKeys = ["name", "key"]
  /// Of a longer list the tree would take too much memory.
  private static let byteLimit = 1 << 20

  private var entries: [(name: String, isTensor: Bool, figures: [(name: String, value: JSON)])]

  /// nil where the list is another one.
  /// - Parameter line: the line on which it starts.
  init?(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, line: Int, source: String
  ) throws(JSONError) {
    guard start + 1 < end, end - start <= NamedEntries.byteLimit, bytes[start] == UInt8(ascii: "[")
    else { return nil }
    var first = start + 1
    while first < end, " \t\r\n".utf8.contains(bytes[first]) { first += 1 }
    if bytes[first] != UInt8(ascii: "{") { return nil }
    let part = UnsafeBufferPointer(rebasing: bytes[start..<end])
    var parser = JSONParser(
      JSONScanner(part, source: source, firstLine: line, takesNonFinite: true))
    guard let list = try parser.parse().array else { return nil }
    entries = []
    for entry in list {
      guard let members = entry.members else { return nil }
      let keys = NamedEntries.tensorKeys + NamedEntries.nameKeys
      let found = keys.first { entry[$0]?.string != nil }
      guard let key = found, let name = entry[key]?.string else { return nil }
      let figures = members.filter { $0.name != key }.map { ($0.name, $0.value) }
      entries.append((name, NamedEntries.tensorKeys.contains(key), figures))
    }
  }

  /// - Parameters:
  ///   - path: the names that lead to the list.
  ///   - meaning: what a figure measures, by all names that lead to it.
  func report(
    _ path: [String], at line: Int?, to collector: RunCollector,
    meaning: ([String]) -> (role: Role?, split: Split?)
  ) {
    for entry in entries {
      for figure in entry.figures {
        let path = path + (entry.isTensor ? [figure.name] : [entry.name, figure.name])
        let (role, split) = meaning(path)
        let name = path.joined(separator: "/")
        let tensor = entry.isTensor ? entry.name : nil
        var slot = RunCollector.Slot(
          name, tensor: tensor, role: role, split: split, isJudged: true)
        if let value = figure.value.double {
          collector.figure(&slot, value, at: line)
        } else if figure.value.isNull {
          collector.absent(&slot)
        }
      }
    }
  }
}
