import ThalwegDiagnosis
import ThalwegRecord

extension RuleCase {
  static let summaries: [RuleCase] = [
    RuleCase(
      .contradiction, "one figure in two files", .warning,
      faulty: { run in
        let name = run.name()
        let losses = run.falling(run.draws.integer(5...100), from: 3, to: 1)
        run.add(name, .loss, losses)
        run.source()
        let at = run.draws.integer(0...losses.count - 1)
        run.add(name, .loss, losses.enumerated().map { $0 == at ? $1 * 1.2 : $1 })
      },
      healthy: { run in
        let name = run.name()
        let losses = run.falling(run.draws.integer(5...100), from: 3, to: 1)
        run.add(name, .loss, losses)
        run.source()
        run.add(name, .loss, losses.map { printed($0, 3) })
      }),
    RuleCase(
      .contradiction, "a best value that no record has", .warning,
      faulty: { run in
        let name = run.name()
        run.add("val_\(name)", .metric, [0.3, 0.5, 0.7, 0.6], unit: .epochs)
        run.set(["Best validation \(name)"], 0.82, .record)
      },
      healthy: { run in
        let name = run.name()
        run.add("val_\(name)", .metric, [0.31, 0.52, 0.7049, 0.6], unit: .epochs)
        run.set(["Best validation \(name)"], 0.705, .record)
      }),
    RuleCase(
      .contradiction, "a mean that is not sum by count", .warning,
      faulty: { run in
        let name = run.name()
        run.add("total_\(name)_loss", nil, [6.34382412], unit: .epochs)
        run.add("\(name)_batches", nil, [8], unit: .epochs)
        run.add("avg_\(name)_loss", nil, [0.89297801], unit: .epochs)
      },
      healthy: { run in
        let name = run.name()
        run.add("total_\(name)_loss", nil, [6.34382412], unit: .epochs)
        run.add("\(name)_batches", nil, [8], unit: .epochs)
        run.add("avg_\(name)_loss", nil, [0.79297801], unit: .epochs)
      }),
    RuleCase(
      .contradiction, "a batch beyond the number of batches", .warning,
      faulty: { run in
        let count = run.draws.integer(3...40)
        run.add(run.name(), .loss, run.falling(count, from: 3, to: 2), unit: .batches)
        run.set(["\(run.name())_batches"], Double(count - 2), .record)
      },
      healthy: { run in
        let count = run.draws.integer(3...40)
        run.add(run.name(), .loss, run.falling(count, from: 3, to: 2), unit: .batches)
        run.set(["\(run.name())_batches"], Double(count), .record)
      }),
    RuleCase(
      .contradiction, "a total of epochs that were not trained", .warning,
      faulty: { run in
        run.add(run.name(), .loss, run.falling(46, from: 3, to: 1), unit: .epochs)
        run.set(["Epochs trained"], 60, .record)
      },
      healthy: { run in
        run.add(run.name(), .loss, run.falling(46, from: 3, to: 1), unit: .epochs)
        run.set(["Total epochs"], 46, .record)
      }),
    RuleCase(
      .contradiction, "a norm that changes by more than its tensor moves", .error,
      faulty: { run in
        let path = run.name("*.weight")
        run.add(run.name(), .parameterNorm, [4.0123, 4.1177], tensor: path)
        run.add(run.name(), .parameterNormAfter, [4.1177, 4.2091], tensor: path)
        run.add(run.name(), .parameterChange, [0.0214, 0.0208], tensor: path)
      },
      healthy: { run in
        let path = run.name("*.weight")
        run.add(run.name(), .parameterNorm, [4.0123, 4.1177], tensor: path)
        run.add(run.name(), .parameterNormAfter, [4.1177, 4.2091], tensor: path)
        run.add(run.name(), .parameterChange, [0.1054, 0.3124], tensor: path)
      }),
    RuleCase(
      .settingConflict, "a stated value and another one", .warning,
      faulty: { run in
        let section = run.name()
        let key = run.name("*_weight")
        run.set([section, key], 0.1)
        run.source()
        run.set([key], 0.35, .stated("a report"))
      },
      healthy: { run in
        // One key in two sections is two settings.
        let key = run.name("*_weight")
        run.set([run.name(), key], 0.1)
        run.set([run.name(), key], 0.35)
        run.source()
        run.set([run.name(), key], 0.5, .stated("a report"))
      }),
    RuleCase(
      .settingConflict, "two values in one statement", .warning,
      faulty: { run in
        let path = [run.name(), run.name()]
        run.set(path, 0.1, .stated("a report"))
        run.set(path, 0.35, .stated("a report"))
      },
      healthy: { run in
        let path = [run.name(), run.name()]
        run.set(path, 0.005)
        run.set(path, 0.005, .stated("a report"))
      }),
  ]

  static let incidents: [RuleCase] = [
    RuleCase(
      .exception, "an error before the first step", .error,
      faulty: { run in run.incident(.exception, "TypeError: \(run.name())", line: 40) },
      healthy: { run in
        run.add(run.name(), .loss, [3, 2, 1])
        run.incident(.finished, run.name(), line: 40)
      }),
    RuleCase(
      .exception, "an interruption, which is no error", .info,
      faulty: { run in
        run.add(run.name(), .loss, [3, 2, 1])
        run.incident(.exception, "KeyboardInterrupt", line: 40)
      },
      healthy: { run in run.add(run.name(), .loss, [3, 2, 1]) }),
    RuleCase(
      .resumed, "a rate that differs after resuming", .warning,
      faulty: { run in
        let name = run.name()
        run.resumed(name, .learningRate, (0..<60).map { 1e-3 * power(0.95, Double($0)) }, factor: 3)
      },
      healthy: { run in
        let name = run.name()
        run.resumed(name, .learningRate, (0..<60).map { 1e-3 * power(0.95, Double($0)) }, factor: 1)
      }),
    RuleCase(
      .resumed, "a loss that is higher after resuming", .warning,
      faulty: { run in
        run.resumed(run.name(), .loss, run.falling(60, from: 3, to: 1), factor: 2.5)
      },
      healthy: { run in
        run.resumed(run.name(), .loss, run.falling(60, from: 3, to: 1), factor: 1.1)
      }),
  ]
}

extension MadeRun {
  /// A series that goes back ten records, and on with figures that are `factor` times those before.
  mutating func resumed(_ name: String, _ role: Role, _ values: [Double], factor: Double) {
    var series = Series(SeriesKey(name: name, source: 0), role: role)
    for index in 0..<40 {
      series.add(
        Point(values[index], Progress(step: index + 1), Place(source: 0, position: index + 1)))
    }
    for index in 30..<60 {
      series.add(
        Point(
          values[index] * factor, Progress(step: index + 1),
          Place(source: 0, position: index + 100)))
    }
    record.series.append(series)
    incident(.resumed, "resumed", line: 100, step: 31)
  }
}
