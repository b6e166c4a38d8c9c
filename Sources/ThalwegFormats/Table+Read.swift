extension Table {
  /// Reads a CSV file as it comes: delimiter, decimal mark and header are found out.
  ///
  /// Columns of dates and times, and columns with neither name nor value, are left out; the report
  /// names them. Without a header the columns are `x0`, `x1`, ... by their position in the file.
  package static func read(
    _ path: String, options: TableOptions = .init()
  ) throws(TableError) -> (Table, TableReport) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try Files.read(path)
    } catch {
      throw .file(error)
    }
    var reader = TableReader(bytes, path: path, options: options)
    return try reader.read()
  }
}
