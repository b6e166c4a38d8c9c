import ThalwegRecord

/// How far an update moved a tensor, beside the norms of the tensor before and after it.
struct NormChange {
  let tensor: String
  let change: Double
  let before: Double
  let after: Double
  /// What rounding to the printed digits may make of the three.
  let slack: Double
  let places: [Place]

  var difference: Double { abs(after - before) }

  /// All that are recorded, in the order of the record.
  static func all(_ run: RunRecord) -> [NormChange] {
    let tensors = LoggedTensor.all(in: run)
    let changed = tensors.filter { $0.before != nil && $0.after != nil && !$0.changes.isEmpty }
    let all = changed.map { [$0.changes[0]] + [$0.before, $0.after].compactMap { $0 } }
    // All of one role are printed by one format; single series are too short to show it.
    let digits = (0..<3).map { index in PrintedDigits(all.map { $0[index] }) }
    return zip(changed, all).flatMap { tensor, series in
      Moments.rows(series).map { row in
        let slack = zip(digits, row).reduce(0) { $0 + ($1.0?.halfUnit(of: $1.1.value) ?? 0) }
        // Norms in single precision are off by some units of their last place.
        let rounding = 4e-7 * max(abs(row[1].value), abs(row[2].value))
        return NormChange(
          tensor: tensor.path, change: row[0].value, before: row[1].value, after: row[2].value,
          slack: max(slack, rounding), places: row.map(\.place).unique)
      }
    }
  }
}
