package import ThalwegFormats
private import ThalwegTensor
private import ThalwegTraining

/// A table made ready, with the graph that it is scored against.
package struct RCGNNData: Sendable {
  /// Where the true graph comes from.
  package enum Truth: Sendable, Equatable {
    /// The program made the data by it.
    case made
    /// The user's file.
    case file(String)
    /// Somebody's opinion, which ships with the program.
    case opinion(String)
  }

  package let table: Table
  /// What the reader did; nil for made data.
  package let tableReport: TableReport?
  /// Numbers that were read as gaps; empty for made data.
  package let missingNumbers: [Double]
  package let series: SeriesData
  /// nil: nothing to score against, so no figure about the graph exists.
  package let truth: (graph: Graph, source: Truth)?

  package init(_ configuration: RCGNNConfiguration) throws {
    var made: Graph?
    if let path = configuration.dataPath {
      var options = TableOptions()
      options.missingNumbers = configuration.missingNumbers
      options.missingMarkers = configuration.missingMarkers
      // Blank rows stay in the table: each mode of preparation says what it does with them.
      options.keepBlankRows = true
      let (table, report) = try Table.read(path, options: options)
      self.table = table
      tableReport = report
      missingNumbers = configuration.missingNumbers
    } else {
      let seed = configuration.training.seed
      let shape = configuration.made
      let whole = Lorenz96.series(variables: shape.variables, steps: shape.steps, seed: seed)
      table = MissingAtRandom(share: shape.missing, seed: seed).hide(whole)
      tableReport = nil
      missingNumbers = []
      made = Lorenz96(variables: shape.variables, forcing: 10).graph
    }
    series = try SeriesPreparation.prepare(table, configuration.series)
    truth = try RCGNNData.truth(configuration, names: table.columns.map(\.name), made: made)
  }

  private static func truth(
    _ configuration: RCGNNConfiguration, names: [String], made: Graph?
  ) throws -> (Graph, Truth)? {
    if let path = configuration.trueGraphPath {
      let graph = try Graph.parse(
        try Files.read(path), names: names, source: path,
        orientation: configuration.trueGraphOrientation,
        nearest: { Spelling.nearest($0, in: $1) })
      return (graph, .file(path))
    }
    if let made { return (made, .made) }
    if configuration.usesOpinion, let graph = Graph.airQualityOpinion.reordered(to: names) {
      return (graph, .opinion(Graph.airQualityOpinionName))
    }
    return nil
  }
}
