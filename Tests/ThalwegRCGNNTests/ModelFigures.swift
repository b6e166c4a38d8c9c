import Testing
import ThalwegFormats
import ThalwegRCGNN

/// Figures of both models that Scripts/golden/rcgnn.py computed with JAX and NumPy.
struct ModelFigures {
  private let json: JSON

  init() throws {
    let path = "/" + TestFiles.fixtures.split(separator: "/").dropLast().joined(separator: "/")
    json = try JSON.parse(try TestFiles.bytes(path + "/rcgnn.json"), source: "rcgnn.json")
  }

  func value(_ path: [String]) throws -> JSON {
    try path.reduce(json) { try #require($0[$1]) }
  }

  func number(_ path: String...) throws -> Double { try #require(try value(path).double) }

  func list(_ path: String...) throws -> [Double] {
    try #require(try value(path).array).map { try #require($0.double) }
  }

  func names(_ path: String...) throws -> [String] {
    try #require(try value(path).members).map(\.name)
  }

  /// The series of the fixture: 12 rows of 4 variables, windows of 5 rows.
  func series() throws -> SeriesMemory {
    let (values, mask) = (try list("values"), try list("mask"))
    let columns = (0..<4).map { column in
      Table.Column(
        name: "x\(column)",
        values: stride(from: column, to: values.count, by: 4).map {
          mask[$0] == 1 ? values[$0] : .nan
        })
    }
    // Published: gaps are 0 and windows over all rows.
    let configuration = SeriesConfiguration(
      mode: .published, window: 5, standardize: false, fill: .zero)
    return SeriesMemory(try SeriesPreparation.prepare(Table(columns: columns), configuration))
  }
}
