package import ThalwegAutodiff

/// A model that holds a graph over the variables and reconstructs their series.
package protocol StructureModel {
  /// Names what is to be minimized on one batch.
  func minimize(_ batch: WindowBatch, _ pass: Pass)

  /// The mean squared error of reconstruction on one batch; nil where nothing was observed.
  func reconstructionError(_ batch: WindowBatch, _ pass: Pass) -> Value?

  /// The weights of the graph, `[variables, variables]`, row causes column.
  func adjacency(_ pass: Pass) -> Value
}
