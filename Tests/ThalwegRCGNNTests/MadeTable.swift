import ThalwegFormats
import ThalwegTensor

/// Tables of normal numbers with gaps at random.
enum MadeTable {
  static func table(
    rows: Int, columns: Int, share: Double = 0.3, seed: UInt64 = 1
  ) -> Table {
    let draws = RandomStream(seed: seed, path: "test.table")
    return Table(
      columns: (0..<columns).map { column in
        Table.Column(
          name: "c\(column)",
          values: (0..<rows).map { row in
            let index = row * columns + column
            // The last row is whole, so that no tail is dropped by chance.
            let isHidden = draws.uniform(index + rows * columns) < share && row < rows - 1
            return isHidden ? .nan : Double(column + 1) * draws.normal(index) + 10
          })
      })
  }
}
