import Testing

/// The figures of all cases of operations, read once.
enum OperationFigures {
  /// One file for each script under Scripts/golden that writes cases.
  static let files = [
    "operations", "operations_elementwise", "operations_layout", "operations_losses",
    "operations_norm", "operations_own", "operations_reductions", "operations_sequence",
  ]

  private static let loaded = Result { try files.flatMap { try Golden($0).entries("cases") } }

  static func entries() throws -> [Golden.Entry] { try loaded.get() }

  static func entry(_ name: String) throws -> Golden.Entry {
    let found = try entries().first { $0.name == name }
    return try #require(found, "no figures for \(name)")
  }
}
