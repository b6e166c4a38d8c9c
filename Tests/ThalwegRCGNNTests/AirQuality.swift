import ThalwegFormats

/// The thirteen sensors of the UCI Air Quality file, its blank rows kept.
enum AirQuality {
  static func table() throws -> Table {
    let text = String(decoding: try TestFiles.bytes(TestFiles.airQuality), as: UTF8.self)
    let rows = text.split(whereSeparator: \.isNewline)
      .map { $0.split(separator: ";", omittingEmptySubsequences: false)[2..<15] }
    let names = rows.first.map(Array.init) ?? []
    let columns = names.indices.map { column in
      let values = rows.dropFirst().map { row in
        Double(row[row.startIndex + column].map { $0 == "," ? "." : String($0) }.joined())
      }
      return Table.Column(
        name: String(names[column]), values: values.map { $0 == -200 ? .nan : $0 ?? .nan })
    }
    return Table(columns: columns)
  }
}
