// PublicInterface MODULE-FOLDER...
// Prints the public declarations in the symbol graphs of each folder (named after its module) in a
// stable order. Names those without a documentation comment on standard error, and then exits
// with 1: the linter's rule sees neither enum cases, protocol requirements nor the members of a
// public extension.

import Foundation

struct Graph: Decodable {
  var symbols: [Symbol]
  var relationships: [Relationship]
}

struct Symbol: Decodable {
  struct Text: Decodable { var spelling: String }
  struct Comment: Decodable { var lines: [CommentLine] }
  struct CommentLine: Decodable { var text: String }
  struct Names: Decodable { var precise: String }
  struct Kind: Decodable { var identifier: String }
  struct Place: Decodable {
    var uri: String
    var position: Position
  }
  struct Position: Decodable { var line: Int }

  var identifier: Names
  var kind: Kind
  var pathComponents: [String]
  var declarationFragments: [Text]
  var docComment: Comment?
  var location: Place?
}

struct Relationship: Decodable {
  var kind: String
  var source: String
  var target: String
  var targetFallback: String?
}

/// Protocols that the compiler adds by itself, differently from version to version.
let implied: Set = ["Copyable", "Escapable", "SendableMetatype", "BitwiseCopyable"]

func graphs(in folder: URL) throws -> [Graph] {
  try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    .filter { $0.lastPathComponent.hasSuffix(".symbols.json") }
    .sorted { $0.lastPathComponent < $1.lastPathComponent }
    .map { try JSONDecoder().decode(Graph.self, from: Data(contentsOf: $0)) }
}

/// The protocols and superclasses of each symbol, by its precise name.
func ancestors(in graphs: [Graph]) -> [String: Set<String>] {
  var names: [String: String] = [:]
  for symbol in graphs.flatMap(\.symbols) {
    names[symbol.identifier.precise] = symbol.pathComponents.joined(separator: ".")
  }
  var found: [String: Set<String>] = [:]
  for link in graphs.flatMap(\.relationships)
  where link.kind == "conformsTo" || link.kind == "inheritsFrom" {
    let name = names[link.target] ?? link.targetFallback ?? link.target
    let short = name.split(separator: ".").last.map(String.init) ?? name
    if !implied.contains(short) { found[link.source, default: []].insert(short) }
  }
  return found
}

/// One declaration as it is printed, ordered by where it belongs.
struct Line: Comparable {
  var path: [String]
  var text: String

  init(_ symbol: Symbol, ancestors: Set<String>) {
    path = symbol.pathComponents
    let pieces: [String] = symbol.declarationFragments.map(\.spelling)
    let words = pieces.joined().split(whereSeparator: \.isWhitespace)
    text = String(repeating: "  ", count: path.count) + words.joined(separator: " ")
    if !ancestors.isEmpty { text += "  [" + ancestors.sorted().joined(separator: ", ") + "]" }
  }

  static func < (left: Line, right: Line) -> Bool {
    if left.path != right.path { return left.path.lexicographicallyPrecedes(right.path) }
    return left.text < right.text
  }
}

func undocumented(_ symbol: Symbol) -> String? {
  // Without a place in a file it is the compiler's own work, as the `==` of a plain struct.
  guard let place = symbol.location, symbol.docComment?.lines.isEmpty ?? true else { return nil }
  let file = URL(string: place.uri)?.path ?? place.uri
  let name = symbol.pathComponents.joined(separator: ".")
  return "\(file):\(place.position.line + 1): public '\(name)' has no documentation comment"
}

var complaints: [String] = []
for argument in CommandLine.arguments.dropFirst() {
  let folder = URL(fileURLWithPath: argument)
  let graphs = try graphs(in: folder)
  let ancestors = ancestors(in: graphs)
  let symbols = graphs.flatMap(\.symbols)
  complaints += symbols.compactMap(undocumented)
  var lines: [Line] = []
  for symbol in symbols {
    lines.append(Line(symbol, ancestors: ancestors[symbol.identifier.precise] ?? []))
  }
  if !lines.isEmpty {
    print(folder.lastPathComponent)
    for line in lines.sorted() { print(line.text) }
    print()
  }
}
if !complaints.isEmpty {
  FileHandle.standardError.write(Data((complaints.sorted().joined(separator: "\n") + "\n").utf8))
  exit(1)
}
