private import ThalwegFormats
package import ThalwegTraining

extension RCGNNData {
  /// What the found graph is scored against, in words.
  package var truthText: String {
    guard let truth else { return "no true graph: nothing to score against" }
    let count = "\(truth.graph.edges.count) edges"
    return switch truth.source {
    case .made: "the graph that made the data, \(count)"
    case .file(let path): "\(path), \(count)"
    case .opinion(let name): "an opinion, not evidence: \(name), \(count)"
    }
  }

  /// A number that differs when the prepared data do: FNV-1a, 64 bits, over values and mask.
  package var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for value in series.values { hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01b3 }
    for value in series.mask { hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}

extension RCGNNExperiment {
  /// The training as it can be carried out: what looks at the true graph is off where there is none.
  package var effectiveTraining: TrainingConfiguration {
    var training = configuration.training
    if configuration.usesOracle && data.truth == nil {
      training.plateau = nil
      training.patience = nil
      training.objectiveWhenMissing = nil
    }
    return training
  }
}

extension DataReport {
  /// What the reader and the preparation did, line by line.
  package static func lines(for data: RCGNNData) -> [String] {
    var lines: [String] = []
    if let report = data.tableReport {
      lines.append(
        "Read \(report.path): \(grouped(report.dataRows)) rows, \(grouped(report.blankRows)) blank; "
          + "delimiter '\(report.delimiter)', decimal mark '\(report.decimalMark)'")
      if !report.hasHeader {
        lines.append("  no header: the first row is numbers; columns are called x0, x1, ...")
      }
      if !data.missingNumbers.isEmpty {
        let numbers = data.missingNumbers.map { Text.short($0, 6) }.joined(separator: ", ")
        lines.append("  cells that hold \(numbers) are gaps (data.missing_numbers)")
      }
      if !report.dateColumns.isEmpty {
        lines.append("  date columns left out: " + report.dateColumns.joined(separator: ", "))
      }
      if report.droppedUnnamedColumns > 0 {
        lines.append("  columns without name and content left out: \(report.droppedUnnamedColumns)")
      }
    } else {
      lines.append("Made data: Lorenz-96 with gaps at random")
    }
    return lines + Self.lines(for: data.series.report, table: data.table)
  }
}
