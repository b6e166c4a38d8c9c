/// How a text table is read; what is nil is found out from the file.
package struct TableOptions: Sendable, Equatable {
  /// Between two cells: `;`, `,` or a tab.
  package var delimiter: Character?
  /// Between whole and fraction: `.` or `,`.
  package var decimalMark: Character?
  /// Whether the first row holds names.
  package var hasHeader: Bool?
  /// Texts that stand for a missing number, compared without regard to case.
  package var missingMarkers = ["", "nan", "na", "n/a", "null", "none"]
  /// Numbers that stand for a missing number.
  package var missingNumbers: [Double] = [-200]
  /// Keeps rows whose cells are all empty, as rows in which everything is missing.
  package var keepBlankRows = false

  package init() {}
}
