import Testing
import ThalwegFormats

/// Files that Scripts/golden wrote.
enum Golden {
  static func path(_ name: String) -> String {
    "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Fixtures/" + name
  }

  /// The entries of a list in a file of figures.
  static func entries(_ list: String, of name: String) throws -> [JSON] {
    let path = path(name)
    return try #require(try JSON.parse(Files.read(path), source: path)[list]?.array)
  }
}
