import Testing
import ThalwegFormats
import ThalwegTensor

/// Figures that Scripts/golden wrote.
struct Golden {
  let json: JSON

  init(_ name: String) throws {
    let here = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let path = "\(here)/Fixtures/\(name).json"
    json = try JSON.parse(Files.read(path), source: path)
  }

  /// The entries of a list in the file, each an object with a name.
  func entries(_ list: String) throws -> [Golden.Entry] {
    try #require(json[list]?.array).map { Entry(json: $0) }
  }

  struct Entry: Sendable {
    let json: JSON

    /// Empty where there is none.
    var name: String { json["name"]?.string ?? "" }

    func numbers(_ key: String) throws -> [Double] { try Entry.numbers(json[key]) }

    func shape(_ key: String = "shape") throws -> Shape {
      Shape(try #require(json[key]?.array).map { try #require($0.int) })
    }

    func entries(_ key: String) throws -> [Entry] {
      try #require(json[key]?.array).map { Entry(json: $0) }
    }

    /// Lists of numbers, nil where the file has null.
    func lists(_ key: String) throws -> [[Double]?] {
      try #require(json[key]?.array).map { $0.isNull ? nil : try Entry.numbers($0) }
    }

    private static func numbers(_ json: JSON?) throws -> [Double] {
      try #require(json?.array).map { try #require($0.double) }
    }
  }
}
