/// Columns of numbers with gaps: what is left of a text table once it has been read.
package struct Table: Sendable, Equatable {
  package struct Column: Sendable, Equatable {
    package var name: String
    /// One number a row; NaN where the cell was missing.
    package var values: [Double]

    package init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  package var columns: [Column]

  package init(columns: [Column]) { self.columns = columns }

  /// The number of rows; all columns have as many.
  package var rowCount: Int { columns.first?.values.count ?? 0 }
}
