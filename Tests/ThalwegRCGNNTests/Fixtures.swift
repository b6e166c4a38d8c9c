/// Figures that Fixtures/make_fixtures.py computed with NumPy, SciPy and scikit-learn.
struct Fixtures {
  private let figures: [Substring: Substring]

  init() throws {
    let text = String(decoding: try TestFiles.bytes(TestFiles.fixtures), as: UTF8.self)
    var figures: [Substring: Substring] = [:]
    // The script writes one entry a line.
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
      guard parts.count == 3, let open = parts[2].firstIndex(of: "[") else { continue }
      figures[parts[1]] = parts[2][open...].dropFirst().prefix { $0 != "]" }
    }
    self.figures = figures
  }

  subscript(key: String) -> [Double] {
    get throws {
      guard let list = figures[Substring(key)] else { throw TestFileError.noFigures(key) }
      return try list.split(separator: ",").map { cell in
        let trimmed = cell.drop { $0 == " " }
        guard let value = Double(trimmed) else { throw TestFileError.noFigures(key) }
        return value
      }
    }
  }

  func flags(_ key: String) throws -> [Bool] { try self[key].map { $0 != 0 } }
}
