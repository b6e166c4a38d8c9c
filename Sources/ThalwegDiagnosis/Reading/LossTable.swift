import ThalwegRecord

/// Parts of a loss beside the loss, row by row as they were recorded together.
struct LossTable {
  let loss: Series
  let parts: [Series]
  /// The loss, then the parts.
  let rows: [[Point]]
  /// Half a unit of the last printed digit, of the loss and of each part.
  private let digits: [PrintedDigits?]

  init(_ loss: Series, _ parts: [Series]) {
    self.loss = loss
    self.parts = parts
    rows = Moments.rows([loss] + parts)
    digits = ([loss] + parts).map { PrintedDigits([$0]) }
  }

  /// All losses with the parts of the same data, and of the same file where it has both.
  /// - Parameter role: what kind of parts.
  static func all(_ run: RunRecord, _ role: Role) -> [[LossTable]] {
    var tables: [[LossTable]] = []
    for split in [Split.training, .validation, .test] {
      let parts = run.ranked(role) { ($0.split ?? .training) == split }
      let losses = run.ranked(.loss) { ($0.split ?? .training) == split }
      if parts.count < 2 || losses.isEmpty { continue }
      var sources: [Int] = []
      for part in parts where !sources.contains(part.key.source) { sources.append(part.key.source) }
      for source in sources.sorted() {
        let own = parts.filter { $0.key.source == source }
        let near = losses.filter { $0.key.source == source }
        if own.count < 2 { continue }
        tables.append((near.isEmpty ? losses : near).map { LossTable($0, own) })
      }
    }
    return tables
  }

  func sum(_ row: [Point], _ weights: [Double]) -> Double {
    zip(row.dropFirst(), weights).reduce(0) { $0 + $1.0.value * $1.1 }
  }

  /// How far loss and sum may lie apart by rounding alone.
  func slack(_ row: [Point], _ weights: [Double]) -> Double {
    let own = digits[0]?.halfUnit(of: row[0].value) ?? 0
    return zip(zip(row.dropFirst(), digits.dropFirst()), weights).reduce(own) { sum, part in
      sum + abs(part.1) * (part.0.1?.halfUnit(of: part.0.0.value) ?? 0)
    }
  }

  /// Rows in which the weighted parts do not make the loss.
  func gaps(_ weights: [Double], beyond tolerance: Double, offset: Double = 0) -> [[Point]] {
    rows.filter { row in
      let size = max(abs(row[0].value), abs(row[0].value - offset))
      return abs(row[0].value - offset - sum(row, weights))
        > tolerance * size + slack(row, weights)
    }
  }

  /// The constant weights that come closest to the loss, each row as much as the others.
  func fitted(withOffset: Bool = false) -> (weights: [Double], offset: Double) {
    let scales = rows.map { row in
      let size = row.reduce(0) { max($0, abs($1.value)) }
      return size > 0 ? 1 / size : 1
    }
    var columns = parts.indices.map { part in
      zip(rows, scales).map { $0[part + 1].value * $1 }
    }
    if withOffset { columns.append(scales) }
    let target = zip(rows, scales).map { $0[0].value * $1 }
    var weights = LeastSquares.weights(columns, target)
    let offset = withOffset ? weights.removeLast() : 0
    return (weights, offset)
  }
}
