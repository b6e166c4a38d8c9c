#if canImport(Glibc)
  private import Glibc
#else
  private import Darwin
#endif

/// The files that these tests read.
enum TestFiles {
  private static let here = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")

  static let fixtures = here + "/Fixtures/fixtures.json"

  static let airQuality = data + "/causal/AirQualityUCI.csv"
  static let sachsGraph = data + "/causal/sachs_graph.csv"
  static let lorenzGraph = data + "/causal/lorenz96_F10_1_graph.csv"

  static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

  static func bytes(_ path: String) throws(TestFileError) -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw .unreadable(path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    return bytes
  }

  /// `$THALWEG_DATA`, or the folder `shared/data` beside the package.
  private static var data: String {
    if let value = getenv("THALWEG_DATA") { return String(cString: value) }
    return here + "/../../../shared/data"
  }
}
