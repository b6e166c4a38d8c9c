extension Graph {
  /// Reads a graph over the data's columns `names` from the text of a file.
  ///
  /// The text is a 0/1 adjacency matrix, with or without a first line of names, or an edge list
  /// under the header `cause,effect`. A matrix with names may order its variables as it likes;
  /// one without follows the order of `names`. An edge list carries its own direction, so
  /// `orientation` is only about matrices.
  /// - Parameters:
  ///   - source: what messages call the text, as a rule the file's path.
  ///   - nearest: the known name that a reader may have meant by an unknown one.
  package static func parse(
    _ bytes: [UInt8], names: [String], source: String,
    orientation: GraphOrientation = .rowCausesColumn,
    nearest: (String, [String]) -> String? = { _, _ in nil }
  ) throws(GraphError) -> Graph {
    let rows = GraphText(bytes).rows
    guard let first = rows.first else { throw .empty(source: source) }
    func places(of found: [String], line: Int) throws(GraphError) -> [Int] {
      var places: [Int] = []
      for name in found {
        guard let place = names.firstIndex(of: name) else {
          throw .unknownName(
            source: source, line: line, name: name, nearest: nearest(name, names))
        }
        places.append(place)
      }
      return places
    }

    if first.cells.map({ $0.lowercased() }) == ["cause", "effect"] {
      var graph = Graph(names: names, edges: [])
      for row in rows.dropFirst() {
        if row.cells.count != 2 {
          throw .badEdge(source: source, line: row.line, cells: row.cells.count)
        }
        let ends = try places(of: row.cells, line: row.line)
        graph[ends[0], ends[1]] = true
      }
      return graph
    }

    let size = first.cells.count
    // A name may look like a number, so a line too many is names unless it is plain 0 and 1.
    let hasNames =
      first.cells.allSatisfy { Double($0) == nil }
      || rows.count == size + 1 && !first.cells.allSatisfy { $0 == "0" || $0 == "1" }
    let matrix = rows.dropFirst(hasNames ? 1 : 0)
    try check(matrix, size: size, columns: names.count, source: source)
    var order = Array(names.indices)
    if hasNames {
      order = try places(of: first.cells, line: first.line)
      let repeated = order.indices.first { order[..<$0].contains(order[$0]) }
      if let repeated {
        throw .repeatedName(source: source, line: first.line, name: first.cells[repeated])
      }
    }
    var graph = Graph(names: names, edges: [])
    for (i, row) in matrix.enumerated() {
      for (j, cell) in row.cells.enumerated() {
        // Matrices saved by numerical programs hold 1.0 or 1.000e+00.
        guard let value = Double(cell), value == 0 || value == 1 else {
          throw .badCell(source: source, line: row.line, row: i + 1, column: j + 1, text: cell)
        }
        switch orientation {
        case .rowCausesColumn: graph[order[i], order[j]] = value == 1
        case .rowCausedByColumn: graph[order[j], order[i]] = value == 1
        }
      }
    }
    return graph
  }

  private static func check(
    _ matrix: ArraySlice<GraphText.Row>, size: Int, columns: Int, source: String
  ) throws(GraphError) {
    for row in matrix where row.cells.count != size {
      throw .raggedRow(source: source, line: row.line, cells: row.cells.count, expected: size)
    }
    if matrix.count != size {
      throw .notSquare(source: source, rows: matrix.count, columns: size)
    }
    if size != columns {
      throw .sizeDiffers(source: source, variables: size, columns: columns)
    }
  }
}
