package import ThalwegFormats
private import ThalwegTensor

/// Hides cells of a table, each by a draw of its own, whatever the cell holds.
package struct MissingAtRandom: Sendable {
  /// The chance of each cell to be hidden, in 0...1.
  package let share: Double

  private let draws: RandomStream

  /// - Parameter path: names the stream of draws; two paths hide independent cells.
  /// - Precondition: `share` lies in 0...1.
  package init(share: Double, seed: UInt64, path: String = "missing_at_random") {
    if !(0...1).contains(share) { mistake("missing at random: a share of \(share)") }
    self.share = share
    draws = RandomStream(seed: seed, path: path)
  }

  /// The table with the drawn cells missing; cells that were missing stay so.
  package func hide(_ table: Table) -> Table {
    var table = table
    let width = table.columns.count
    for column in table.columns.indices {
      let values = table.columns[column].values
      table.columns[column].values = values.indices.map { row in
        draws.uniform(row * width + column) < share ? .nan : values[row]
      }
    }
    return table
  }
}
